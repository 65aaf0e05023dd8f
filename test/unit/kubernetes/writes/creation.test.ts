import assert from 'node:assert/strict';
import { BUILT_IN_KINDS } from '../../../../src/kubernetes/apimachinery/built-in-kinds.ts';
import { Creation } from '../../../../src/kubernetes/writes/creation.ts';
import { GuardedCluster } from '../../../support/guarded-cluster.ts';

const DEFINITIONS = ['customresourcedefinitions CustomResourceDefinition Cluster'];
const SERVED = {
  v1: ['secrets Secret Namespaced', 'nodes Node Cluster'],
  'apps/v1': ['deployments Deployment Namespaced'],
  'apiextensions.k8s.io/v1': DEFINITIONS,
  'rbac.authorization.k8s.io/v1': ['clusterroles ClusterRole Cluster', 'rolebindings RoleBinding Namespaced'],
  'external-secrets.io/v1': ['externalsecrets ExternalSecret Namespaced'],
};

/** A manifest that defines a kind, and has one object of it. */
function definesAndUses(group: string, plural: string, kind: string, { scope = 'Cluster', names = '' } = {}): string {
  return `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.${group || 'core'} }
spec: { group: "${group}", scope: ${scope}, names: { plural: ${plural}, kind: ${kind} ${names} } }
---
apiVersion: ${group}/v1
kind: ${kind}
metadata: { name: one }`;
}

const outcome = async (cluster: GuardedCluster, manifest: string): Promise<string> => {
  try {
    await (await Creation.of(manifest, undefined, cluster.writer)).validate();
    return 'tried';
  } catch (error) {
    return String(error);
  }
};

describe('a creation', () => {
  const targets = [
    ...BUILT_IN_KINDS,
    { group: 'external-secrets.io', name: 'externalsecrets', kind: 'ExternalSecret' },
  ].map(({ group, name, kind }) => ({ group, name, kind }));
  const paths = targets.flatMap(({ group, name }) => {
    const root = group === '' ? '/api/v1' : `/apis/${group}/v1`;
    return [`${root}/${name}`, `${root}/namespaces/shop/${name}/x`];
  });

  it('tells the rules nothing of the cluster, whatever its manifest defines', async () => {
    for (const rules of [{ namespaces: ['shop'] }, { deniedKinds: ['ExternalSecret', 'secrets', 'deploy'] }]) {
      const cluster = new GuardedCluster(rules, SERVED);
      await cluster.connection.discovery.kinds();
      const fates = () => paths.map((path) => `${path}: ${cluster.fate(path)}`);
      const before = fates();
      for (const scope of ['Cluster', 'Namespaced']) {
        const claimed = targets.filter(({ group }) => ['', 'apps', 'external-secrets.io'].includes(group));
        const parts = claimed.map(({ group, name, kind }) => definesAndUses(group, name, kind, { scope }));
        await outcome(cluster, parts.join('\n---'));
      }
      await outcome(cluster, definesAndUses('external-secrets.io', 'externalsecrets', 'Foo'));
      await outcome(cluster, definesAndUses('foo.example.com', 'bars', 'ExternalSecret'));
      assert.deepEqual(fates(), before);
    }
  });

  it('is refused by every name of a kind that its manifest defines', async () => {
    const names = ', singular: gizmo, shortNames: [gz]';
    const manifest = definesAndUses('own.example.com', 'gizmoz', 'Gizmodo', { names });
    for (const word of ['gizmoz', 'gizmo', 'Gizmodo', 'gz', 'v1', 'other']) {
      const cluster = new GuardedCluster({ deniedKinds: [`${word}.own.example.com`] }, SERVED);
      const isNamed = !['v1', 'other'].includes(word);
      assert.match(await outcome(cluster, manifest), isNamed ? /gizmoz\.own\.example\.com is closed/ : /^tried$/, word);
    }
  });

  it('gives no names to a kind of a group that the cluster could not list', async () => {
    const manifest = definesAndUses('agg.example.com', 'foos', 'Foo');
    for (const rule of ['secretfoo.agg.example.com', 'secret*.example.com']) {
      const created = (served: object) =>
        outcome(new GuardedCluster({ deniedKinds: [rule] }, { ...SERVED, ...served }), manifest);
      assert.equal(await created({}), 'tried');
      assert.match(await created({ 'agg.example.com/v1': [] }), /has not said which kind foos\.agg\.example\.com is/);
    }
  });

  it('tries an object whose kind the cluster serves, also where the manifest defines that kind', async () => {
    const cluster = new GuardedCluster({}, SERVED);
    await outcome(cluster, definesAndUses('rbac.authorization.k8s.io', 'others', 'ClusterRole'));
    assert.ok(cluster.sent.includes('POST /apis/rbac.authorization.k8s.io/v1/clusterroles'), cluster.sent.join('\n'));
    assert.equal(await outcome(cluster, definesAndUses('own.example.com', 'gizmoz', 'Gizmodo')), 'tried');
    assert.ok(!cluster.sent.some((request) => request.includes('gizmoz')), cluster.sent.join('\n'));
  });
});
