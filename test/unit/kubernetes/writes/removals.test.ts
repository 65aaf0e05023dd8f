import assert from 'node:assert/strict';
import type { JsonObject, KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { dangerText } from '../../../../src/kubernetes/writes/danger.ts';
import { removalsOf } from '../../../../src/kubernetes/writes/removals.ts';

function found(kind: string, before: JsonObject | undefined, after: JsonObject, more: Partial<Change> = {}): string {
  const object = (part: JsonObject): KubernetesObject => ({ apiVersion: 'v1', kind, ...part });
  const access = before ? ('update' as const) : ('create' as const);
  const change = { access, context: 'c', apiVersion: 'v1', kind, namespace: 'n', name: 'x', ...more };
  return removalsOf({ ...change, before: before && object(before), after: object(after) })
    .map(dangerText)
    .join(' ');
}

const spec = (fields: JsonObject): JsonObject => ({ spec: fields });
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: '1' };

describe('removals', () => {
  for (const [what, kind, before, after, expected] of [
    ['a new owner', 'Pod', { metadata: {} }, { metadata: { ownerReferences: [owner] } }, /its owner ConfigMap "o"/],
    [
      'an owner of another name',
      'Pod',
      { metadata: { ownerReferences: [owner] } },
      { metadata: { ownerReferences: [{ ...owner, name: 'p' }] } },
      /"p"/,
    ],
    [
      'an owner that changes nothing',
      'Pod',
      { metadata: { ownerReferences: [owner] } },
      { metadata: { ownerReferences: [{ ...owner, controller: true }] } },
      /^$/,
    ],
    [
      'a finalizer less',
      'Pod',
      { metadata: { finalizers: ['a', 'b'] } },
      { metadata: { finalizers: ['b'] } },
      /Finalizer a/,
    ],
    ['a finalizer more', 'Pod', { metadata: {} }, { metadata: { finalizers: ['b'] } }, /^$/],
    ['a deletion', 'Pod', { metadata: {} }, { metadata: { deletionTimestamp: 'now' } }, /deletes the object/],
    [
      'a shorter life',
      'Job',
      spec({ ttlSecondsAfterFinished: 9 }),
      spec({ ttlSecondsAfterFinished: 1 }),
      /becomes 1: a controller deletes/,
    ],
    ['a longer life', 'Job', spec({ ttlSecondsAfterFinished: 1 }), spec({ ttlSecondsAfterFinished: 9 }), /^$/],
    [
      'a switch of the second of two members with one name',
      'Gadget',
      spec({ parts: [{ name: 'a' }, { name: 'a' }] }),
      spec({ parts: [{ name: 'a' }, { name: 'a', prune: true }] }),
      /spec\.parts\[1\]\.prune becomes true/,
    ],
    [
      'a life in a template',
      'CronJob',
      spec({ jobTemplate: { spec: {} } }),
      spec({ jobTemplate: { spec: { ttlSecondsAfterFinished: 0 } } }),
      /Jobs are deleted/,
    ],
    [
      'less history',
      'Deployment',
      spec({ revisionHistoryLimit: 10 }),
      spec({ revisionHistoryLimit: 0 }),
      /older revisions/,
    ],
    [
      'a taint that evicts',
      'Node',
      spec({ taints: [] }),
      spec({ taints: [{ key: 'a', effect: 'NoExecute' }] }),
      /running pods/,
    ],
    [
      'a taint that does not',
      'Node',
      spec({ taints: [] }),
      spec({ taints: [{ key: 'a', effect: 'NoSchedule' }] }),
      /^$/,
    ],
    [
      'a policy of a kind nobody knows',
      'Widget',
      spec({ deletionPolicy: 'Retain' }),
      spec({ deletionPolicy: 'Delete' }),
      /volumes are deleted/,
    ],
    [
      'pruning',
      'Application',
      spec({ sync: { prune: false } }),
      spec({ sync: { prune: true } }),
      /may delete what it manages/,
    ],
    [
      'an annotation with a time to live',
      'Pod',
      { metadata: { annotations: {} } },
      { metadata: { annotations: { 'janitor/ttl': '1s' } } },
      /janitor\/ttl.*becomes 1s/,
    ],
    [
      'a taint of a device',
      'DeviceTaintRule',
      spec({ taint: { effect: 'NoSchedule' } }),
      spec({ taint: { effect: 'NoExecute' } }),
      /running pods/,
    ],
    [
      'a toleration',
      'Deployment',
      spec({ template: { spec: { containers: [{ name: 'a' }] } } }),
      spec({ template: { spec: { containers: [{ name: 'a' }], tolerations: [{ effect: 'NoExecute' }] } } }),
      /^$/,
    ],
    [
      'a toleration by another name',
      'Installation',
      spec({}),
      spec({ controlPlaneTolerations: [{ effect: 'NoExecute' }] }),
      /^$/,
    ],
    ['no parallelism', 'Job', spec({ parallelism: 2 }), spec({ parallelism: 0 }), /running pods/],
    [
      'a volume that is wiped',
      'PersistentVolume',
      spec({ persistentVolumeReclaimPolicy: 'Retain' }),
      spec({ persistentVolumeReclaimPolicy: 'Recycle' }),
      /volumes are deleted/,
    ],
    [
      'a policy that is gone',
      'Bucket',
      spec({ deletionPolicy: 'Orphan', forProvider: {} }),
      spec({ forProvider: {} }),
      /absent: volumes are deleted/,
    ],
    ['a policy that deleted and is gone', 'Bucket', spec({ deletionPolicy: 'Delete' }), spec({}), /^$/],
    [
      'claims that are kept by default again',
      'StatefulSet',
      spec({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' } }),
      spec({}),
      /^$/,
    ],
    ['a time to live that is gone', 'Widget', spec({ ttl: 5 }), spec({}), /^$/],
    ['fewer replicas', 'Deployment', spec({ replicas: 3 }), spec({ replicas: 0 }), /^$/],
    [
      'a lost load balancer',
      'Service',
      spec({ type: 'LoadBalancer' }),
      spec({ type: 'ClusterIP' }),
      /becomes ClusterIP/,
    ],
    [
      'another image',
      'Deployment',
      spec({ template: { spec: { containers: [{ name: 'a', image: 'x' }] } } }),
      spec({ template: { spec: { containers: [{ name: 'a', image: 'y' }] } } }),
      /^$/,
    ],
  ] as [string, string, JsonObject, JsonObject, RegExp][])
    it(`are told of ${what}`, () => assert.match(found(kind, before, after), expected));

  it('are told of a scale by the object that it belongs to', () => {
    const parent = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      spec: { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } },
    };
    const scale = (replicas: number) => ({ kind: 'Scale', spec: { replicas } });
    assert.match(found('StatefulSet', scale(3), scale(1), { subresource: 'scale', parent }), /volumes/);
    assert.equal(found('StatefulSet', scale(1), scale(3), { subresource: 'scale', parent }), '');
  });

  it('are told of what is new and makes others go', () => {
    const volume = (fields: JsonObject) => found('PersistentVolume', undefined, spec({ claimRef: {}, ...fields }));
    assert.match(volume({ persistentVolumeReclaimPolicy: 'Delete' }), /volumes are deleted/);
    assert.equal(volume({ persistentVolumeReclaimPolicy: 'Retain' }), '');
    assert.match(found('DeviceTaintRule', undefined, spec({ taint: { effect: 'NoExecute' } })), /running pods/);
    assert.equal(found('NodePool', undefined, spec({ taints: [{ effect: 'NoExecute' }] })), '');
    const tolerating = { containers: [{ name: 'c' }], tolerations: [{ effect: 'NoExecute' }] };
    assert.equal(found('Pod', undefined, spec(tolerating)), '');
    assert.equal(found('Deployment', undefined, spec({ template: { spec: tolerating } })), '');
  });

  it('are told of a status that controllers believe, and of the owner of what is new', () => {
    assert.match(
      found('Node', { status: { a: 1 } }, { status: { a: 2 } }, { subresource: 'status' }),
      /status of Node/,
    );
    assert.equal(found('Widget', { status: { a: 1 } }, { status: { a: 2 } }, { subresource: 'status' }), '');
    assert.match(found('Pod', undefined, { metadata: { ownerReferences: [owner] } }), /its owner/);
  });
});
