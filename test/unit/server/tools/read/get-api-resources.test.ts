import assert from 'node:assert/strict';
import type { ApiResource } from '../../../../../src/kubernetes/apimachinery/api-resource.ts';
import { resolveKind } from '../../../../../src/kubernetes/client/kind-resolution.ts';
import { getApiResources } from '../../../../../src/server/tools/read/get-api-resources.ts';
import { kind } from '../../../../support/api-resource.ts';

const named = (singularName: string, ...shortNames: string[]): Partial<ApiResource> => ({ singularName, shortNames });
const SERVED = [
  kind('Pod', '', named('pod', 'po')),
  kind('Deployment', 'apps', named('deployment', 'deploy')),
  kind('HorizontalPodAutoscaler', 'autoscaling', { ...named('horizontalpodautoscaler', 'hpa'), version: 'v2' }),
  kind('HorizontalPodAutoscaler', 'autoscaling', named('horizontalpodautoscaler', 'hpa')),
  kind('Certificate', 'cert-manager.io', named('cert', 'crt')),
];

/** The kinds found, each with its apiVersion. */
async function found(query?: string): Promise<string[]> {
  const connection = { discovery: { kinds: async () => ({ resources: SERVED, missing: [] }) } };
  const given = { includeNamespaceScoped: true, includeClusterScoped: true, query };
  const { text } = await getApiResources.run(given, { connection } as unknown as Parameters<
    typeof getApiResources.run
  >[1]);
  const rows = text.split('\n').map((line) => line.split('\t'));
  return rows.slice(1).flatMap(([, , apiVersion, , name]) => (name ? `${name} ${apiVersion}` : []));
}

describe('get_api_resources', () => {
  it('finds a kind by each form that names it elsewhere', async () => {
    for (const { kind: of, name, singularName, shortNames, group, version } of SERVED)
      for (const head of [of, name, singularName, ...shortNames])
        for (const tail of ['', group && `.${group}`, group ? `.${version}.${group}` : `.${version}`])
          for (const query of [head + tail, ` ${(head + tail).toUpperCase()}`]) {
            const meant = resolveKind(SERVED, query);
            const apiVersion = meant.group ? `${meant.group}/${meant.version}` : meant.version;
            assert.ok((await found(query)).includes(`${of} ${apiVersion}`), query);
          }
  });

  it('finds the kinds of an apiVersion, of a group, and by a part of a name', async () => {
    assert.deepEqual(await found('cert-manager.io/v1'), ['Certificate cert-manager.io/v1']);
    assert.deepEqual(await found('autoscaling/v1'), ['HorizontalPodAutoscaler autoscaling/v1']);
    assert.deepEqual(await found('autoscaling'), ['HorizontalPodAutoscaler autoscaling/v2']);
    assert.deepEqual(await found('cert-man'), ['Certificate cert-manager.io/v1']);
    assert.deepEqual(await found('ploy'), ['Deployment apps/v1']);
    assert.deepEqual(await found('deployments.batch'), []);
    assert.equal((await found()).length, 4);
  });
});
