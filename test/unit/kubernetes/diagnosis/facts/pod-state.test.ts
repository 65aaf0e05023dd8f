import assert from 'node:assert/strict';
import { podFacts } from '../../../../../src/kubernetes/diagnosis/facts/pod-state.ts';
import type { ContainerStatus, Pod } from '../../../../../src/kubernetes/diagnosis/facts/types.ts';

const running = { running: {} };
const done = { terminated: { exitCode: 0 } };
const crashing = { waiting: { reason: 'CrashLoopBackOff' } };

describe('the facts of a pod', () => {
  const facts = (
    inits: Omit<ContainerStatus, 'name'>[],
    app: Omit<ContainerStatus, 'name'>,
    conditions: string[] = [],
  ) =>
    podFacts({
      spec: {
        initContainers: [{ name: 'setup' }, { name: 'proxy', restartPolicy: 'Always' }],
        containers: [{ name: 'app' }],
      },
      status: {
        phase: 'Running',
        conditions: conditions.map((type) => ({ type, status: 'True' })),
        initContainerStatuses: inits.map((one, index) => ({ ...one, name: index === 0 ? 'setup' : 'proxy' })),
        containerStatuses: [{ ...app, name: 'app' }],
      },
    } satisfies Pod);
  const setup = { ready: true, restartCount: 3, state: done };

  it('count sidecars as kubectl does', () => {
    const proxy = { ready: true, started: true, restartCount: 7, state: running };
    const app = { ready: true, restartCount: 1, state: running };
    assert.equal(facts([setup, proxy], app, ['Ready']), '2/2 Running 8 restarts');
    assert.equal(facts([setup, { ...proxy, ready: false }], app), '1/2 NotReady 8 restarts');
    // One that crashes after all have started.
    const ended = { ready: false, started: false, restartCount: 7, state: crashing };
    assert.equal(facts([setup, ended], app, ['Initialized']), '1/2 Init:CrashLoopBackOff 8 restarts');
  });

  it('count the restarts of init containers until they are done', () => {
    const waiting = { ready: false, restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } };
    const failing = { ...setup, ready: false, state: crashing };
    assert.equal(facts([failing, waiting], waiting), '0/2 Init:CrashLoopBackOff 3 restarts');
  });
});
