import assert from 'node:assert/strict';
import type { Pod } from '../../../../../src/kubernetes/diagnosis/facts/types.ts';
import { podReport } from '../../../../../src/kubernetes/diagnosis/rules/pods.ts';
import { holding, lookupIn } from '../../../../support/fake-cluster.ts';

const metadata = { name: 'p', namespace: 'shop', uid: '1' };
const told = async (pod: Pod) =>
  (await podReport({ metadata, ...pod }, lookupIn(holding({})), { references: true })).findings.map(
    ({ level, message }) => `${level}: ${message}`,
  );

describe('podReport', () => {
  it('knows what may mend a pod, and which object that would change', async () => {
    const remedies = async (waiting: object, ended: object | undefined, spec: object = {}) => {
      const containers = [{ name: 'app', image: 'app:1', ...spec }];
      const state = { name: 'app', state: { waiting }, ...(ended ? { lastState: { terminated: ended } } : {}) };
      const pod = { metadata, spec: { containers }, status: { phase: 'Running', containerStatuses: [state] } };
      const { findings } = await podReport(pod as Pod, lookupIn(holding({})), { references: true });
      return findings.flatMap((one) =>
        (one.remedies ?? []).map(({ action, of }) => `${action} ${of.kind.name}/${of.name}`),
      );
    };
    assert.deepEqual(await remedies({ reason: 'ImagePullBackOff' }, undefined), ['image pods/p']);
    const crash = { reason: 'CrashLoopBackOff' };
    assert.deepEqual(await remedies(crash, { exitCode: 1 }), ['logs pods/p', 'image pods/p']);
    const killed = { exitCode: 137, reason: 'OOMKilled' };
    assert.deepEqual(await remedies(crash, killed), ['memory pods/p', 'logs pods/p']);
    const needy = { envFrom: [{ configMapRef: { name: 'config' } }] };
    assert.deepEqual(await remedies({ reason: 'CreateContainerConfigError' }, undefined, needy), [
      'create configmaps/config',
    ]);
  });

  it('knows a pod that was preempted, and one that waits for others to be', async () => {
    const disrupted = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'a higher priority pod',
    };
    assert.deepEqual(await told({ status: { phase: 'Running', conditions: [disrupted] } }), [
      'cause: it is being removed from its node: PreemptionByScheduler: a higher priority pod',
    ]);
    const message =
      '0/3 nodes are available: 3 too small. preemption: 0/3 nodes are available: 3 No preemption victims found.';
    const unscheduled = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
    assert.deepEqual(
      await told({ status: { phase: 'Pending', nominatedNodeName: 'node-1', conditions: unscheduled } }),
      [
        'cause: no node takes it: 0/3 nodes are available: 3 too small. (it waits for pods of lower priority to end on node node-1)',
      ],
    );
    assert.deepEqual(
      await told({
        spec: { preemptionPolicy: 'Never', priorityClassName: 'calm' },
        status: { phase: 'Pending', conditions: unscheduled },
      }),
      ['cause: no node takes it: 0/3 nodes are available: 3 too small. (its priority class calm preempts nothing)'],
    );
  });

  it('finds nothing wrong in what ends in a pod that shuts down, until it is late', async () => {
    const draining = (seconds: number): Pod => ({
      metadata: { ...metadata, deletionTimestamp: new Date(Date.now() + seconds * 1_000).toISOString() },
      spec: { containers: [{ name: 'app' }, { name: 'proxy' }], readinessGates: [{ conditionType: 'balancer' }] },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False', message: 'containers with unready status: [app]' }],
        containerStatuses: [
          { name: 'app', ready: false, state: { terminated: { exitCode: 143, reason: 'Error' } } },
          { name: 'proxy', ready: true, state: { running: {} } },
        ],
      },
    });
    assert.deepEqual(await told(draining(20)), []);
    assert.deepEqual(await told(draining(-300)), [
      'cause: its readiness gate balancer is not True',
      'cause: container app crashes with exit code 143 (SIGTERM)',
    ]);
  });

  it('says what a pod that no node takes requests, its init containers included', async () => {
    const amounts = (cpu: string) => ({ resources: { requests: { cpu, memory: '1Gi' } } });
    const spec = {
      initContainers: [{ name: 'setup', ...amounts('3') }],
      containers: [
        { name: 'app', ...amounts('100m') },
        { name: 'log', ...amounts('1') },
      ],
    };
    const message = '0/1 nodes are available: 1 Insufficient cpu.';
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
    assert.deepEqual(await told({ spec, status: { phase: 'Pending', conditions } }), [
      `cause: no node takes it: ${message} (it requests cpu 3, memory 2Gi)`,
    ]);
  });

  it('knows a pod whose claims for devices do not exist, which no scheduler looks at', async () => {
    const pod = {
      spec: { resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu-1' }] },
      status: { phase: 'Pending' },
    };
    assert.deepEqual(await told(pod), [
      'cause: ResourceClaim "gpu-1" does not exist in namespace shop, needed by resource claim gpu',
      'symptom: it is not scheduled before its resource claims exist: gpu',
    ]);
  });

  it('tells of a sidecar that restarted in a ready pod', async () => {
    const ended = { exitCode: 1, reason: 'Error', finishedAt: new Date().toISOString() };
    const restarted = { restartCount: 7, lastState: { terminated: ended } };
    const pod = (proxy: object): Pod => ({
      spec: { initContainers: [{ name: 'proxy', ...proxy }], containers: [{ name: 'app' }] },
      status: {
        phase: 'Running',
        conditions: [
          { type: 'Initialized', status: 'True' },
          { type: 'Ready', status: 'True' },
        ],
        initContainerStatuses: [{ name: 'proxy', ready: true, started: true, state: { running: {} }, ...restarted }],
        containerStatuses: [{ name: 'app', ready: true, state: { running: {} } }],
      },
    });
    assert.match(
      (await told(pod({ restartPolicy: 'Always' }))).join(),
      /^risk: container proxy restarted \S+ ago \(Error, exit code 1\), 7 times in all$/,
    );
    assert.deepEqual(await told(pod({})), []);
  });

  it('tells of a resize that does not happen', async () => {
    const resized = (type: string, reason: string, message = '', phase = 'Running') =>
      told({
        status: {
          phase,
          conditions: [
            { type: 'Ready', status: 'True' },
            { type, status: 'True', reason, ...(message && { message }) },
          ],
        },
      });
    const small = "Node didn't have enough capacity: memory";
    assert.deepEqual(await resized('PodResizePending', 'Infeasible', small), [
      `cause: its node can never give it the resources of its resize: ${small}`,
    ]);
    assert.deepEqual(await resized('PodResizePending', 'Deferred'), ['risk: its resize waits for room on its node']);
    assert.deepEqual(await resized('PodResizeInProgress', 'Error', 'no cgroup'), [
      'cause: its resize fails: no cgroup',
    ]);
    assert.deepEqual(await resized('PodResizeInProgress', ''), []);
    assert.deepEqual(await resized('PodResizePending', 'Infeasible', small, 'Succeeded'), []);
  });

  it('has something to say of every pod that is not ready', async () => {
    for (const phase of ['Running', 'Pending', 'Unknown', 'Failed'])
      assert.ok(
        (await told({ spec: { nodeName: 'n' }, status: { phase, conditions: [{ type: 'Ready', status: 'False' }] } }))
          .length > 0,
        phase,
      );
    assert.deepEqual(
      await told({
        status: { phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'False', reason: 'PodCompleted' }] },
      }),
      [],
    );
  });
});
