import type { ApiClient } from '../../kubernetes/client/client.ts';
import type { KindNode } from './nodes.ts';

/** How many kinds are counted at a time. */
const WIDTH = 6;

/** Counts the objects of kinds whose list does not count them. A failed count leaves the count unset. */
export async function countKinds(
  client: ApiClient,
  nodes: readonly KindNode[],
  namespace: string | undefined,
  signal: AbortSignal,
  counted: (node: KindNode, count: number) => void,
): Promise<void> {
  const { countOf } = await import('./live-list.ts');
  const left = nodes.filter(({ list }) => list?.total === undefined);
  const work = async () => {
    for (let node = left.shift(); node && !signal.aborted; node = left.shift()) {
      const count = await countOf(client, node.resource, namespace, signal).catch(() => undefined);
      if (count !== undefined) counted(node, count);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, work));
}
