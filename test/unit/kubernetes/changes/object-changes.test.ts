import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { changesOf } from '../../../../src/kubernetes/changes/object-changes.ts';

const at = (minute: number) => `2026-01-01T10:${String(minute).padStart(2, '0')}:00Z`;
const since = (minute: number) => Date.parse(at(minute));
const entry = (manager: string, minute: number, fields: object, rest: object = {}) => ({
  manager,
  operation: 'Update',
  time: at(minute),
  fieldsV1: fields as Record<string, unknown>,
  ...rest,
});
const told = (object: object, from = 0) =>
  changesOf(object as KubernetesObject, 'Deployment', since(from)).map(
    ({ by, what, isNoise }) => `${by} ${what}${isNoise ? ' (noise)' : ''}`,
  );

describe('changesOf', () => {
  const spec = { 'f:spec': { 'f:replicas': {} } };

  it('tells who made an object, also where others wrote within the same second', () => {
    const note = { 'f:metadata': { 'f:annotations': { '.': {}, 'f:note': {} } } };
    const managedFields = [entry('alice', 1, note), entry('kubectl-create', 1, spec)];
    const object = { metadata: { name: 'web', creationTimestamp: at(1), managedFields } };
    assert.deepEqual(told(object), ['alice wrote metadata.annotations.note', 'kubectl-create created']);
  });

  it('tells only of what came since', () => {
    const managedFields = [entry('helm', 1, spec), entry('kubectl-edit', 9, spec)];
    const object = { metadata: { name: 'web', creationTimestamp: at(1), managedFields } };
    assert.deepEqual(told(object, 5), ['kubectl-edit wrote spec.replicas']);
    assert.deepEqual(told(object, 10), []);
  });

  it('knows status and controllers as noise, and scaling by whom it may as none', () => {
    const status = { 'f:status': { 'f:replicas': {} } };
    const managedFields = [
      entry('helm', 1, spec),
      entry('kube-controller-manager', 5, status, { subresource: 'status' }),
      entry('kubectl-scale', 6, spec, { subresource: 'scale' }),
      entry('argocd', 7, spec, { operation: 'Apply' }),
    ];
    assert.deepEqual(told({ metadata: { name: 'web', creationTimestamp: at(1), managedFields } }, 2), [
      'kube-controller-manager wrote status.replicas (noise)',
      'kubectl-scale scaled spec.replicas',
      'argocd applied spec.replicas',
    ]);
  });

  it('tells a rollout by its revision, and of whom else a controller makes something', () => {
    const ownerReferences = [{ kind: 'Deployment', name: 'web', controller: true, uid: '1' }];
    const annotations = { 'deployment.kubernetes.io/revision': '3', 'kubernetes.io/change-cause': 'to 1.29' };
    const object = { metadata: { name: 'web-1', creationTimestamp: at(1), ownerReferences } };
    assert.deepEqual(told(object), ['undefined created for Deployment/web (noise)']);
    assert.deepEqual(told({ metadata: { ...object.metadata, annotations } }), [
      'undefined revision 3 of Deployment/web (to 1.29)',
    ]);
  });

  it('tells when a deletion was asked for, not when its grace period ends', () => {
    const metadata = { name: 'a', creationTimestamp: at(1), deletionTimestamp: at(6), deletionGracePeriodSeconds: 60 };
    const [deletion] = changesOf({ metadata: { ...metadata, finalizers: ['x/y'] } }, 'Pod', since(3));
    assert.equal(deletion?.time, since(5));
    assert.equal(deletion?.what, 'deletion asked for, held by x/y');
    assert.deepEqual(changesOf({ metadata }, 'Pod', since(6)), []);
  });

  it('passes over what makes no sense', () => {
    assert.deepEqual(told({}), []);
    assert.deepEqual(told({ metadata: { managedFields: 'x', creationTimestamp: 'yesterday' } }), []);
    assert.deepEqual(told({ metadata: { managedFields: [{ time: 'x', fieldsV1: 1 }] } }), []);
  });
});
