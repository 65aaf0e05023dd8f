import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inApplyOrder } from '../../../../src/kubernetes/writes/apply-order.ts';

const ORDERED = [
  ['v1', 'Namespace'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['v1', 'ServiceAccount'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['v1', 'ConfigMap'],
  ['v1', 'PersistentVolumeClaim'],
  ['v1', 'Service'],
  ['apps/v1', 'Deployment'],
  // Another's Service is not the Service that workloads need.
  ['serving.knative.dev/v1', 'Service'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'],
].map(([apiVersion, kind]) => ({ object: { apiVersion, kind } }));

describe('the order of an application', () => {
  it('is that of dependencies, however the manifest is sorted', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ORDERED), (some) => {
        const expected = ORDERED.filter((one) => some.includes(one));
        assert.deepEqual(inApplyOrder(some), expected);
      }),
    );
  });

  it('keeps objects of one rank as they were', () => {
    const maps = ['b', 'a', 'c'].map((name) => ({
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
    }));
    assert.deepEqual(inApplyOrder(maps), maps);
  });
});
