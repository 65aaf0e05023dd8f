import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { definedKinds } from '../../../../src/kubernetes/writes/dependencies.ts';

function definition(group: string, plural: string, kind: string): KubernetesObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    spec: { group, scope: 'Cluster', names: { plural, kind, singular: 'one', shortNames: ['o'] } },
  };
}

describe('the kinds that a manifest defines', () => {
  const widgets = { group: 'x.example.com', version: 'v1', kind: 'Widget', name: 'widgets', singularName: 'widget' };
  const rest = { shortNames: [], namespaced: true, verbs: [], subresources: [] };
  let asked: unknown[] = [];
  const discovery = {
    kinds: async (fresh?: boolean) => {
      asked.push(fresh);
      return { resources: [{ ...widgets, ...rest }], missing: [] };
    },
  };
  const defined = async (object: KubernetesObject, ...definitions: KubernetesObject[]) => {
    asked = [];
    return (await definedKinds([...definitions, object], discovery))(object);
  };

  it('are those of its definitions', async () => {
    assert.deepEqual(
      await defined({ apiVersion: 'y.example.com/v1', kind: 'Y' }, definition('y.example.com', 'ys', 'Y')),
      {
        group: 'y.example.com',
        version: 'v1',
        kind: 'Y',
        name: 'ys',
        singularName: 'one',
        shortNames: ['o'],
        namespaced: false,
        verbs: [],
        subresources: [],
      },
    );
    assert.deepEqual(asked, [true]);
  });

  it('are none that the cluster serves, nor any of Kubernetes, whatever it calls them', async () => {
    for (const [group, plural, kind, apiVersion] of [
      ['x.example.com', 'widgets', 'Widget', 'x.example.com/v1'],
      ['x.example.com', 'widgets', 'Other', 'x.example.com/v1'],
      ['x.example.com', 'others', 'Widget', 'x.example.com/v2'],
      ['apps', 'deployments', 'Deployment', 'apps/v1'],
      ['', 'secrets', 'Secret', '/v1'],
      ['rbac.authorization.k8s.io', 'others', 'ClusterRole', 'rbac.authorization.k8s.io/v1'],
      ['apiextensions.k8s.io', 'others', 'CustomResourceDefinition', 'apiextensions.k8s.io/v1'],
    ] as const)
      assert.equal(
        await defined({ apiVersion, kind }, definition(group, plural, kind)),
        undefined,
        `${plural} ${kind}`,
      );
  });

  it('ask the cluster nothing where the manifest defines none', async () => {
    assert.equal(await defined({ apiVersion: 'v1', kind: 'Pod' }, definition('y.example.com', 'ys', 'Y')), undefined);
    assert.equal(await defined({ apiVersion: 'v1', kind: 'Pod' }), undefined);
    assert.deepEqual(asked, []);
  });
});
