import type { ApiResource } from '../../kubernetes/apimachinery/api-resource.ts';
import type { ApiClient } from '../../kubernetes/client/client.ts';
import { objectPages } from '../browse/object-pages.ts';
import type { KindNode } from './nodes.ts';

/** How many kinds are counted at a time. */
const WIDTH = 6;
/** The most objects of a kind that are compared with a filter. */
const MAX_COMPARED = 20_000;

/** The number of a kind's objects, and of those that fit the filter, if there is one. */
export interface Counted {
  count: number;
  matches: number | undefined;
}

/**
 * Counts the objects of kinds: those whose list does not count them or, with a filter, those that are not yet compared.
 * A failed count leaves the count unset.
 */
export async function countKinds(
  client: ApiClient,
  nodes: readonly KindNode[],
  namespace: string | undefined,
  filter: string,
  signal: AbortSignal,
  counted: (node: KindNode, counted: Counted) => void,
): Promise<void> {
  const { countOf } = await import('./live-list.ts');
  const left = nodes.filter(({ list, matches }) => (filter === '' ? list?.total === undefined : matches === undefined));
  const count = async ({ resource }: KindNode): Promise<Counted> =>
    filter === ''
      ? { count: await countOf(client, resource, namespace, signal), matches: undefined }
      : matchesOf(client, resource, namespace, filter, signal);
  const work = async () => {
    for (let node = left.shift(); node && !signal.aborted; node = left.shift()) {
      const found = await count(node).catch(() => undefined);
      if (found && !signal.aborted) counted(node, found);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, work));
}

/** How many objects of a kind there are, and how many have the filter in their names. */
async function matchesOf(
  client: ApiClient,
  resource: ApiResource,
  namespace: string | undefined,
  filter: string,
  signal: AbortSignal,
): Promise<Counted> {
  let [count, matches] = [0, 0];
  for await (const { objects, remaining } of objectPages(client, resource, namespace, signal)) {
    count += objects.length;
    // An event is found by what it tells.
    matches += objects.filter(({ name, summary }) =>
      (resource.kind === 'Event' ? `${name} ${summary}` : name).includes(filter),
    ).length;
    if (count >= MAX_COMPARED) return { count: count + remaining, matches };
  }
  return { count, matches };
}
