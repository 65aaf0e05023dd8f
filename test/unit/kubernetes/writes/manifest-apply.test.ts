import assert from 'node:assert/strict';
import { applyManifest } from '../../../../src/kubernetes/writes/manifest-apply.ts';
import { GuardedCluster } from '../../../support/guarded-cluster.ts';

const SERVED = {
  'apiextensions.k8s.io/v1': ['customresourcedefinitions CustomResourceDefinition Cluster'],
  'rbac.authorization.k8s.io/v1': ['clusterroles ClusterRole Cluster'],
};

function definesAndUses(group: string, plural: string, kind: string): string {
  return `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.${group} }
spec: { group: ${group}, scope: Namespaced, names: { plural: ${plural}, kind: ${kind}, shortNames: [gz] } }
---
apiVersion: ${group}/v1
kind: ${kind}
metadata: { name: one }`;
}

describe('applying a manifest', () => {
  const apply = async (cluster: GuardedCluster, manifest: string) => {
    const endings = await applyManifest(
      manifest,
      { force: false, dryRun: true, progress: () => undefined },
      cluster.writer,
    );
    return endings.map((ending) => ('result' in ending ? ending.result?.state : JSON.stringify(ending)));
  };

  it('waits for a kind that it defines, and sends nothing about it before', async () => {
    const cluster = new GuardedCluster({}, SERVED);
    assert.deepEqual(await apply(cluster, definesAndUses('own.example.com', 'gizmoz', 'Gizmodo')), [
      'created',
      'waits',
    ]);
    assert.ok(!cluster.sent.some((request) => request.includes('/own.example.com/')), cluster.sent.join('\n'));
  });

  it('tries an object whose kind the cluster serves, also where it defines that kind', async () => {
    const cluster = new GuardedCluster({}, SERVED);
    const manifest = definesAndUses('rbac.authorization.k8s.io', 'others', 'ClusterRole');
    assert.deepEqual(await apply(cluster, manifest), ['created', 'created']);
    assert.ok(cluster.sent.includes('PATCH /apis/rbac.authorization.k8s.io/v1/clusterroles/one'));
  });

  it('is refused by every name of a kind that it defines', async () => {
    const manifest = definesAndUses('own.example.com', 'gizmoz', 'Gizmodo');
    for (const word of ['gizmoz', 'Gizmodo', 'gz'])
      await assert.rejects(
        apply(new GuardedCluster({ deniedKinds: [`${word}.own.example.com`] }, SERVED), manifest),
        /gizmoz\.own\.example\.com is closed/,
        word,
      );
  });
});
