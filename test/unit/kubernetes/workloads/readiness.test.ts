import assert from 'node:assert/strict';
import type { KubernetesObject, ObjectMeta } from '../../../../src/kubernetes/apimachinery/objects.ts';
import {
  conditionIs,
  readiness,
  rollout,
  serviceReadiness,
  type Verdict,
} from '../../../../src/kubernetes/workloads/readiness.ts';

const object = (spec: object, status: object, metadata: ObjectMeta = { generation: 1 }): KubernetesObject => ({
  metadata,
  spec,
  status,
});
const condition = (type: string, status: string, more: object = {}) => ({ type, status, ...more });
const seen = { observedGeneration: 1 };

describe('readiness', () => {
  const cases: [string, string, KubernetesObject, Verdict['state'], RegExp][] = [
    [
      'a rolled out Deployment',
      'deployments.apps',
      object({ replicas: 2 }, { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }),
      'reached',
      /^2 of 2 replicas updated, 2 available$/,
    ],
    [
      'a Deployment with old pods',
      'deployments.apps',
      object({ replicas: 2 }, { ...seen, replicas: 3, updatedReplicas: 2, availableReplicas: 3 }),
      'waiting',
      /1 old still there/,
    ],
    [
      'a change that no controller has seen',
      'deployments.apps',
      object({ replicas: 2 }, { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, { generation: 2 }),
      'waiting',
      /not seen the latest change/,
    ],
    [
      'a Deployment that still has pods too many',
      'deployments.apps',
      object({ replicas: 1 }, { ...seen, replicas: 3, updatedReplicas: 3, availableReplicas: 3 }),
      'waiting',
      /^all 1 wanted are ready, 2 more still there$/,
    ],
    [
      'a StatefulSet that scales down',
      'statefulsets.apps',
      object({ replicas: 2 }, { ...seen, replicas: 3, readyReplicas: 3 }),
      'waiting',
      /^all 2 wanted are ready, 1 more still there$/,
    ],
    [
      'a StatefulSet that scales down and is not well',
      'statefulsets.apps',
      object({ replicas: 2 }, { ...seen, replicas: 3, readyReplicas: 1 }),
      'waiting',
      /^1 of 2 replicas ready$/,
    ],
    [
      'a ReplicaSet that scales down',
      'replicasets.apps',
      object({ replicas: 2 }, { ...seen, replicas: 3, availableReplicas: 3 }),
      'waiting',
      /^all 2 wanted are ready, 1 more still there$/,
    ],
    [
      'a Pod without a report of its containers',
      'pods',
      object({}, { phase: 'Pending', containerStatuses: null, initContainerStatuses: null }),
      'waiting',
      /^phase Pending$/,
    ],
    ['a new Deployment', 'deployments.apps', object({ replicas: 0 }, {}), 'waiting', /not seen/],
    [
      'a paused Deployment with a new template',
      'deployments.apps',
      object({ replicas: 2, paused: true }, { ...seen, replicas: 2, availableReplicas: 2 }),
      'failed',
      /it is paused$/,
    ],
    [
      'a paused Deployment that scales',
      'deployments.apps',
      object({ replicas: 3, paused: true }, { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }),
      'waiting',
      /^2 of 3/,
    ],
    [
      'a Deployment over its quota',
      'deployments.apps',
      object(
        { replicas: 1 },
        { ...seen, conditions: [condition('ReplicaFailure', 'True', { message: 'exceeded quota: small' })] },
      ),
      'waiting',
      /exceeded quota: small/,
    ],
    [
      'a late Deployment, whose cause may go away',
      'deployments.apps',
      object(
        { replicas: 1 },
        {
          ...seen,
          replicas: 1,
          updatedReplicas: 1,
          conditions: [condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded', message: 'timed out' })],
        },
      ),
      'waiting',
      /timed out/,
    ],
    [
      'a StatefulSet in the middle of an update',
      'statefulsets.apps',
      object(
        { replicas: 3 },
        {
          ...seen,
          replicas: 3,
          readyReplicas: 3,
          availableReplicas: 3,
          updatedReplicas: 1,
          currentRevision: 'a',
          updateRevision: 'b',
        },
      ),
      'waiting',
      /^1 of 3 replicas updated, 3 of 3 replicas ready$/,
    ],
    [
      'a StatefulSet updated as far as its partition goes',
      'statefulsets.apps',
      object(
        { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        {
          ...seen,
          replicas: 3,
          readyReplicas: 3,
          availableReplicas: 3,
          updatedReplicas: 1,
          currentRevision: 'a',
          updateRevision: 'b',
        },
      ),
      'reached',
      /^3 of 3/,
    ],
    [
      'a DaemonSet in the middle of an update',
      'daemonsets.apps',
      object({}, { ...seen, desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 }),
      'waiting',
      /^2 of 3 nodes updated/,
    ],
    [
      'a DaemonSet that no node runs',
      'daemonsets.apps',
      object({}, { ...seen, desiredNumberScheduled: 0 }),
      'reached',
      /no node/,
    ],
    [
      'a ReplicaSet',
      'replicasets.apps',
      object({ replicas: 2 }, { ...seen, replicas: 2, availableReplicas: 1 }),
      'waiting',
      /^1 of 2/,
    ],
    [
      'a running Job',
      'jobs.batch',
      object({ completions: 3 }, { succeeded: 1, active: 2 }),
      'waiting',
      /^1 of 3 completions, 2 pods active/,
    ],
    [
      'a complete Job',
      'jobs.batch',
      object({ completions: 1 }, { succeeded: 1, conditions: [condition('Complete', 'True')] }),
      'reached',
      /^1 of 1/,
    ],
    [
      'a failed Job',
      'jobs.batch',
      object(
        {},
        { failed: 3, conditions: [condition('Failed', 'True', { reason: 'BackoffLimitExceeded', message: 'm' })] },
      ),
      'failed',
      /^BackoffLimitExceeded: m/,
    ],
    [
      'a crashing Pod',
      'pods',
      object(
        {},
        {
          phase: 'Running',
          conditions: [condition('Ready', 'False')],
          containerStatuses: [{ name: 'app', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
        },
      ),
      'waiting',
      /^phase Running; app: CrashLoopBackOff$/,
    ],
    [
      'a Pod without a node',
      'pods',
      object({}, { phase: 'Pending', conditions: [condition('PodScheduled', 'False', { message: '0/3 nodes' })] }),
      'waiting',
      /0\/3 nodes/,
    ],
    ['a completed Pod', 'pods', object({}, { phase: 'Succeeded' }), 'reached', /completed/],
    ['a failed Pod', 'pods', object({}, { phase: 'Failed', message: 'evicted' }), 'failed', /evicted/],
    [
      'a Pod that goes away',
      'pods',
      object({}, { conditions: [condition('Ready', 'True')] }, { deletionTimestamp: 'now' }),
      'waiting',
      /being deleted/,
    ],
    ['a bound claim', 'persistentvolumeclaims', object({}, { phase: 'Bound' }), 'reached', /Bound/],
    [
      'a claim that has grown',
      'persistentvolumeclaims',
      object({ resources: { requests: { storage: '2Gi' } } }, { phase: 'Bound', capacity: { storage: '2048Mi' } }),
      'reached',
      /^phase Bound, capacity 2048Mi$/,
    ],
    [
      'a claim that is to grow',
      'persistentvolumeclaims',
      object(
        { resources: { requests: { storage: '10Gi' } } },
        {
          phase: 'Bound',
          capacity: { storage: '5Gi' },
          conditions: [condition('FileSystemResizePending', 'True', { message: 'waiting for a pod' })],
        },
      ),
      'waiting',
      /^phase Bound, capacity 5Gi of 10Gi; FileSystemResizePending=True waiting for a pod$/,
    ],
    ['a lost claim', 'persistentvolumeclaims', object({}, { phase: 'Lost' }), 'failed', /Lost/],
    ['a pending claim', 'persistentvolumeclaims', object({}, { phase: 'Pending' }), 'waiting', /Pending/],
    ['a Namespace', 'namespaces', object({}, { phase: 'Active' }), 'reached', /Active/],
    [
      'a CRD whose names are taken',
      'customresourcedefinitions.apiextensions.k8s.io',
      object({}, { conditions: [condition('NamesAccepted', 'False', { message: 'in use' })] }),
      'failed',
      /in use/,
    ],
    [
      'a custom object that is Ready',
      'certificates.example.com',
      object({}, { conditions: [condition('Ready', 'True', { observedGeneration: 1 })] }),
      'reached',
      /Ready=True/,
    ],
    [
      'a custom object whose condition is of an older generation',
      'certificates.example.com',
      object({}, { conditions: [condition('Ready', 'True', { observedGeneration: 1 })] }, { generation: 2 }),
      'waiting',
      /not seen/,
    ],
    [
      'a custom object that is stalled',
      'releases.example.com',
      object({}, { conditions: [condition('Stalled', 'True', { message: 'no chart' })] }),
      'failed',
      /no chart/,
    ],
    ['a custom object that says nothing yet', 'widgets.example.com', object({}, {}), 'waiting', /nothing has set/],
    [
      'a custom object with other conditions',
      'gateways.example.com',
      object({}, { conditions: [condition('Programmed', 'False')] }),
      'failed',
      /Programmed=False.*for=condition=/,
    ],
  ];
  for (const [what, kind, given, state, detail] of cases) {
    it(`judges ${what}: ${state}`, () => {
      const verdict = readiness(kind, given);
      assert.equal(verdict.state, state, verdict.detail);
      assert.match(verdict.detail, detail);
    });
  }

  it('takes what has no status for ready', () => {
    assert.equal(readiness('configmaps', {}, false).state, 'reached');
    assert.equal(readiness('cronjobs.batch', {}).state, 'reached');
  });
});

describe('rollout', () => {
  it('gives up where the Deployment has, and where nothing is rolled out', () => {
    const late = [condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' })];
    const verdict = rollout(
      'deployments.apps',
      object({}, { ...seen, replicas: 1, updatedReplicas: 1, conditions: late }),
    );
    assert.equal(verdict?.state, 'failed');
    const onDelete = object({ updateStrategy: { type: 'OnDelete' } }, seen);
    const paused = object({ replicas: 2, paused: true }, { ...seen, replicas: 2, availableReplicas: 2 });
    assert.equal(rollout('deployments.apps', paused)?.remedy, 'resume the rollout');
    assert.match(rollout('daemonsets.apps', onDelete)?.detail ?? '', /OnDelete/);
    assert.equal(rollout('pods', {}), undefined);
  });
});

describe('conditionIs', () => {
  it('compares type and status in any case, and names the conditions that there are', () => {
    const given = object({}, { conditions: [condition('Available', 'True'), condition('Progressing', 'Unknown')] });
    assert.equal(conditionIs(given, 'available', 'true').state, 'reached');
    assert.equal(conditionIs(given, 'Progressing', 'True').state, 'waiting');
    assert.match(
      conditionIs(given, 'Ready', 'True').detail,
      /no condition Ready \(Available=True, Progressing=Unknown\)/,
    );
  });
});

describe('serviceReadiness', () => {
  const slice = (...ready: boolean[]) => ({ endpoints: ready.map((one) => ({ conditions: { ready: one } })) });
  it('counts the endpoints that are ready', () => {
    const service = object({ selector: { app: 'web' } }, {});
    assert.deepEqual(serviceReadiness(service, [slice(true, false), slice(true)]), {
      state: 'reached',
      detail: '2 of 3 endpoints ready',
    });
    assert.equal(serviceReadiness(service, [slice(false)]).state, 'waiting');
    assert.match(serviceReadiness(service, []).detail, /^it has no endpoints for its selector app=web$/);
  });

  it('wants an address of a load balancer, and nothing of an external name', () => {
    const balancer = (status: object) => object({ type: 'LoadBalancer' }, status);
    assert.match(serviceReadiness(balancer({}), [slice(true)]).detail, /no load balancer address yet/);
    const address = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
    assert.equal(serviceReadiness(balancer(address), [slice(true)]).state, 'reached');
    assert.equal(serviceReadiness(object({ type: 'ExternalName' }, {}), []).state, 'reached');
  });
});
