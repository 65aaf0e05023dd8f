import assert from 'node:assert/strict';
import { manifestDifferences } from '../../../../src/kubernetes/apimachinery/manifest-differences.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { withoutServersMetadata } from '../../../../src/kubernetes/apimachinery/servers-metadata.ts';
import { applyPatch } from '../../../../src/kubernetes/writes/apply-trial.ts';

describe('metadata of the API server in a manifest', () => {
  const own = { name: 'web', namespace: 'shop', labels: { app: 'web' }, finalizers: ['example.com/a'] };
  /** Copied from a live object while that was being deleted. */
  const copied: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      ...{ ...own, uid: 'u', resourceVersion: '7', generation: 2, creationTimestamp: '2026-01-01T00:00:00Z' },
      ...{
        deletionTimestamp: '2026-01-02T00:00:00Z',
        deletionGracePeriodSeconds: 30,
        selfLink: '/api',
        managedFields: [],
      },
    },
    data: { a: '1' },
  };

  it('is left out, whatever of it a live object had', () => {
    assert.deepEqual(withoutServersMetadata(copied), { ...copied, metadata: own });
    assert.deepEqual(withoutServersMetadata({ kind: 'ConfigMap' }), { kind: 'ConfigMap', metadata: {} });
  });

  it('is no difference to the object as it is now, and no part of what is applied', () => {
    const live = { ...copied, metadata: { ...own, uid: 'v', resourceVersion: '9' } };
    assert.deepEqual(manifestDifferences(copied, live), []);
    assert.deepEqual(applyPatch(copied, live, 'merge').metadata, { ...own, annotations: {} });
  });
});
