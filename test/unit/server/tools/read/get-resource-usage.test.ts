import assert from 'node:assert/strict';
import type { ApiRequest } from '../../../../../src/kubernetes/client/request.ts';
import { getResourceUsage } from '../../../../../src/server/tools/read/get-resource-usage.ts';
import { kind } from '../../../../support/api-resource.ts';

const RESOURCES = {
  Pod: kind('Pod'),
  Node: kind('Node', '', { namespaced: false }),
  PersistentVolumeClaim: kind('PersistentVolumeClaim'),
};
const METRICS = ['Pod', 'Node'].map((one) => kind(one, 'metrics.k8s.io'));
const MOST = 20_000;

/** What is answered where lists of these kinds have more objects than one call reads, and others have one. */
async function usage(args: { kind: keyof typeof RESOURCES; sortBy?: string }, endless: readonly string[]) {
  const json = async ({ path }: ApiRequest) => {
    const isEndless = !path.includes('metrics') && endless.some((name) => path.endsWith(`/${name}`));
    const items = Array.from({ length: isEndless ? MOST : 1 }, (_, index) => ({
      metadata: { name: `one-${index}`, namespace: 'shop' },
    }));
    return { metadata: isEndless ? { continue: 'more' } : {}, items };
  };
  const discovery = {
    resolve: async (name: string) => (name === 'pods' ? RESOURCES.Pod : RESOURCES[args.kind]),
    kinds: async () => ({ resources: METRICS, missing: [] }),
  };
  const client = { json, permits: () => true };
  const connection = { client, discovery, namespace: 'shop', allowedNamespaces: [] };
  const context = { connection, prometheus: async () => undefined, signal: new AbortController().signal };
  const given = { sortBy: 'cpu', containers: false, limit: 5, ...args };
  const { text } = await getResourceUsage.run(given, context as unknown as Parameters<typeof getResourceUsage.run>[1]);
  return text;
}

describe('get_resource_usage', () => {
  const views = [
    [{ kind: 'Pod' }, 'pods'],
    [{ kind: 'Pod', groupBy: 'namespace' }, 'pods'],
    [{ kind: 'Pod', sortBy: 'disk' }, 'pods'],
    [{ kind: 'Pod', sortBy: 'unused' }, 'pods'],
    [{ kind: 'Node' }, 'pods'],
    [{ kind: 'Node' }, 'nodes'],
    [{ kind: 'PersistentVolumeClaim' }, 'pods'],
    [{ kind: 'PersistentVolumeClaim' }, 'persistentvolumeclaims'],
  ] as const;
  for (const [args, endless] of views)
    it(`says that it did not read all ${endless}, for ${JSON.stringify(args)}`, async () => {
      assert.match(await usage(args, [endless]), new RegExp(`^Only the first ${MOST} ${endless} were read, `));
      assert.doesNotMatch(await usage(args, []), /Only the first/);
    });
});
