import assert from 'node:assert/strict';
import { isInitialized, longRunning, reasonNotStarted } from '../../../../src/kubernetes/workloads/containers.ts';
import type { ContainerStatus, Pod } from '../../../../src/kubernetes/workloads/pods.ts';

describe('the containers of a pod', () => {
  const spec = {
    initContainers: [{ name: 'setup' }, { name: 'proxy', restartPolicy: 'Always' }],
    containers: [{ name: 'app' }],
  };
  const pod = (setup: Partial<ContainerStatus>, proxy: Partial<ContainerStatus>): Pod => ({
    spec,
    status: {
      initContainerStatuses: [
        { ...setup, name: 'setup' },
        { ...proxy, name: 'proxy' },
      ],
      containerStatuses: [{ name: 'app', state: { waiting: { reason: 'PodInitializing' } } }],
    },
  });
  const done = { state: { terminated: { exitCode: 0 } } };
  const running = { state: { running: {} } };

  it('run as long as the pod, or before it', () => {
    assert.deepEqual(
      longRunning(spec).map(({ name }) => name),
      ['app', 'proxy'],
    );
    assert.deepEqual(longRunning({}), []);
  });

  it('wait for init containers to end, and for sidecars to start', () => {
    const waits = (one: Pod) => [isInitialized(one), reasonNotStarted(one, 'app')];
    assert.deepEqual(waits(pod(running, {})), [false, 'It waits for init container setup (running).']);
    const starting = { ...running, started: false };
    assert.deepEqual(waits(pod(done, starting)), [false, 'It waits for init container proxy (starting).']);
    assert.deepEqual(waits(pod(done, { ...running, started: true })), [true, 'It has not started: PodInitializing']);
    assert.equal(isInitialized({ status: { conditions: [{ type: 'Initialized', status: 'True' }] } }), true);
    assert.equal(isInitialized({ spec }), false);
  });
});
