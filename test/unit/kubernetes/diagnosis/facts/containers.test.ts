import assert from 'node:assert/strict';
import { explainTrouble, troublesOf } from '../../../../../src/kubernetes/diagnosis/facts/containers.ts';
import { isHealthy, podState } from '../../../../../src/kubernetes/diagnosis/facts/pod-state.ts';
import type { Container, ContainerStatus, Pod } from '../../../../../src/kubernetes/diagnosis/facts/types.ts';
import type { Warning } from '../../../../../src/kubernetes/diagnosis/facts/warnings.ts';

const pod = (status: Partial<ContainerStatus>, container: Partial<Container> = {}): Pod => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'app', image: 'app:1', ...container }] },
  status: { phase: 'Running', containerStatuses: [{ name: 'app', ready: false, restartCount: 3, ...status }] },
});
const warning = (reason: string, message: string, count = 1): Warning => ({
  type: 'Warning',
  reason,
  message,
  count,
  object: { kind: 'Pod', name: 'p' },
  namespace: 'n',
  first: 0,
  last: 0,
});
const crashed = (exitCode: number, reason = 'Error'): Partial<ContainerStatus> => ({
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: { terminated: { exitCode, reason } },
});
const log = (...lines: string[]) => ({ container: 'app', previous: true, lines });
const told = (from: Pod, lines?: string[], warnings: Warning[] = []) =>
  troublesOf(from).map((trouble) => {
    const { level, message } = explainTrouble(trouble, lines && log(...lines), warnings);
    return `${level}: ${message}`;
  });

describe('containers that fail', () => {
  it('say why they crashed', () => {
    assert.deepEqual(told(pod(crashed(1)), ['starting', 'Error: no database', '    at main (app.js:1)', 'bye']), [
      'cause: container app crashes with exit code 1, restarted 3 times; its log says: Error: no database',
    ]);
    assert.deepEqual(told(pod(crashed(1)), []), [
      'cause: container app crashes with exit code 1, restarted 3 times; its log is empty',
    ]);
    assert.match(told(pod(crashed(127)))[0] ?? '', /exit code 127 \(its command does not exist in the image\)/);
    assert.match(
      told(pod(crashed(0, 'Completed')), ['done'])[0] ?? '',
      /ends at once with exit code 0 and is started again/,
    );
  });

  it('tell a kill for memory and a kill by the liveness probe from a crash', () => {
    const limited = pod(crashed(137, 'OOMKilled'), { resources: { limits: { memory: '64Mi' } } });
    assert.match(told(limited)[0] ?? '', /uses more memory than it may \(limit 64Mi\)/);
    // The limit of a resize that is still to come did not kill it.
    const inForce = { resources: { limits: { memory: '32Mi' } } };
    const resized = pod({ ...crashed(137, 'OOMKilled'), ...inForce }, { resources: { limits: { memory: '64Mi' } } });
    assert.match(told(resized)[0] ?? '', /\(limit 32Mi\)/);
    const unhealthy = warning('Unhealthy', 'Liveness probe failed: connection refused', 9);
    assert.deepEqual(told(pod(crashed(137)), ['GET /'], [unhealthy]), [
      'cause: container app is killed because its Liveness probe failed: connection refused, restarted 3 times',
    ]);
  });

  it('say why their image cannot be pulled, from the event when the status only tells of the pause', () => {
    const waiting = (reason: string, message: string) => pod({ state: { waiting: { reason, message } } });
    assert.deepEqual(
      told(waiting('ImagePullBackOff', 'Back-off pulling image "app:1"'), undefined, [
        warning('Failed', 'Failed to pull image "app:1": unauthorized: access denied'),
      ]),
      ['cause: image "app:1" of container app cannot be pulled: unauthorized: access denied'],
    );
    assert.match(told(waiting('InvalidImageName', 'couldn’t parse'))[0] ?? '', /cannot be pulled: couldn’t parse/);
  });

  it('say what holds up their start, and which probe has not succeeded', () => {
    const creating = pod({ state: { waiting: { reason: 'ContainerCreating' } } });
    assert.deepEqual(told(creating, undefined, [warning('FailedMount', 'secret "x" not found')]), [
      'cause: container app cannot start (FailedMount): secret "x" not found',
    ]);
    assert.deepEqual(told(creating), ['symptom: container app waits: ContainerCreating']);
    const running = { started: false, restartCount: 0, state: { running: { startedAt: new Date().toISOString() } } };
    const probes = {
      startupProbe: { tcpSocket: { port: 80 } },
      readinessProbe: { httpGet: { path: '/ok', port: 'http' } },
    };
    assert.match(told(pod(running, probes))[0] ?? '', /^symptom: .*its startup probe \(TCP :80\) has not succeeded$/);
    assert.match(
      told(pod({ ...running, started: true }, probes), undefined, [
        warning('Unhealthy', 'Readiness probe failed: 503', 4),
      ])[0] ?? '',
      /^cause: .*its readiness probe \(GET :http\/ok\) fails, 4 times: 503$/,
    );
  });

  it('are not called crashing once they run for long', () => {
    const since = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const again = (minutes: number) =>
      told(pod({ ...crashed(1), started: true, state: { running: { startedAt: since(minutes) } } })).join();
    assert.match(again(1), /^cause: container app crashes with exit code 1, restarted 3 times$/);
    assert.match(again(60), /^symptom: container app runs for 60m but is not ready$/);
    const silent = { status: { phase: 'Pending', containerStatuses: null, initContainerStatuses: null } };
    assert.deepEqual(told(silent as unknown as Pod), []);
  });

  it('leave the containers behind a failing init container out', () => {
    const waiting: ContainerStatus = { name: 'app', ready: false, state: { waiting: { reason: 'PodInitializing' } } };
    const failing: ContainerStatus = { name: 'init', restartCount: 1, ...crashed(2) };
    const both: Pod = {
      spec: { initContainers: [{ name: 'init' }], containers: [{ name: 'app' }] },
      status: { phase: 'Pending', initContainerStatuses: [failing], containerStatuses: [waiting] },
    };
    assert.deepEqual(told(both), ['cause: init container init crashes with exit code 2, restarted 1 times']);
    assert.equal(podState(both), 'Init:CrashLoopBackOff');
  });

  it('tell sidecars from init containers', () => {
    const startedAt = new Date().toISOString();
    const waiting: ContainerStatus = { name: 'app', ready: false, state: { waiting: { reason: 'PodInitializing' } } };
    const ready: ContainerStatus = { name: 'app', ready: true, state: { running: { startedAt } } };
    const withProxy = (proxy: Partial<ContainerStatus>, app: ContainerStatus, more: ContainerStatus[] = []): Pod => ({
      spec: {
        initContainers: [
          { name: 'proxy', restartPolicy: 'Always', startupProbe: { tcpSocket: { port: 80 } } },
          ...more.map(({ name }) => ({ name })),
        ],
        containers: [{ name: 'app' }],
      },
      status: {
        phase: 'Running',
        initContainerStatuses: [{ name: 'proxy', ready: false, ...proxy }, ...more],
        containerStatuses: [app],
      },
    });
    const running = { state: { running: { startedAt } } };
    assert.match(
      told(withProxy({ started: true, ...running }, ready)).join(),
      /^symptom: sidecar proxy runs for \S+ but is not ready$/,
    );
    // Until it has started, the others wait for it.
    assert.match(
      told(withProxy({ started: false, ...running }, waiting)).join(),
      /^symptom: sidecar proxy runs for \S+ but is not ready: its startup probe \(TCP :80\) has not succeeded$/,
    );
    const crashing = withProxy({ started: false, restartCount: 2, ...crashed(1) }, ready);
    assert.deepEqual(told(crashing), ['cause: sidecar proxy crashes with exit code 1, restarted 2 times']);
    assert.equal(podState(crashing), 'Init:CrashLoopBackOff');
    // Once it has, they wait for the next one, or for nothing.
    const next: ContainerStatus = { name: 'migrate', ready: false, ...running };
    assert.match(
      told(withProxy({ started: true, ready: true, ...running }, waiting, [next])).join(),
      /^symptom: init container migrate has been running for \S+, and the pod waits for it to end$/,
    );
    assert.deepEqual(told(withProxy({ started: true, ready: true, ...running }, waiting)), [
      'symptom: container app waits: PodInitializing',
    ]);
  });

  it('are not the sidecars that were ended with their pod', () => {
    const killed = { terminated: { exitCode: 137, reason: 'Error' } };
    const job = (phase: string, exitCode: number): Pod => ({
      spec: { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }], containers: [{ name: 'app' }] },
      status: {
        phase,
        initContainerStatuses: [{ name: 'proxy', ready: false, started: false, state: killed }],
        containerStatuses: [{ name: 'app', ready: false, state: { terminated: { exitCode, reason: 'Error' } } }],
      },
    });
    assert.deepEqual(told(job('Succeeded', 0)), []);
    assert.equal(podState(job('Succeeded', 0)), 'Completed');
    assert.deepEqual(told(job('Failed', 3)), ['cause: container app crashes with exit code 3']);
  });

  it('are none in a pod that is ready or done', () => {
    const ready = { ...pod({ ready: true, state: { running: {} } }) };
    const healthy: Pod = {
      ...ready,
      status: { ...ready.status, conditions: [{ type: 'Ready', status: 'True' }] },
    };
    assert.deepEqual(troublesOf(healthy), []);
    assert.equal(isHealthy(healthy), true);
    assert.equal(isHealthy({ status: { phase: 'Succeeded' } }), true);
    assert.deepEqual(troublesOf(pod({ state: { terminated: { exitCode: 0 } } })), []);
  });
});
