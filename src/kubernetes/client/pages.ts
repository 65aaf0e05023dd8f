import type { KubernetesList, KubernetesObject } from '../apimachinery/objects.ts';
import type { ApiClient } from './client.ts';
import type { ApiRequest } from './request.ts';

const PAGE_SIZE = 500;

/** One page of a collection. */
export interface ObjectPage {
  items: KubernetesObject[];
  /** The token of the next page. */
  continue: string | undefined;
  /** How many objects follow, if the API server says so: it does not with selectors. */
  remaining: number | undefined;
}

/** Reads a collection page by page to its end, or until at least `bound` objects are read. */
export async function* pagesOf(
  client: ApiClient,
  request: ApiRequest,
  bound: number,
): AsyncGenerator<ObjectPage, void> {
  let token: string | undefined;
  let read = 0;
  do {
    const query = { ...request.query, limit: PAGE_SIZE, ...(token ? { continue: token } : {}) };
    const list = await client.json<KubernetesList>({ timeout: 60_000, ...request, query });
    token = list.metadata?.continue || undefined;
    const items = list.items ?? [];
    read += items.length;
    yield { items, continue: token, remaining: list.metadata?.remainingItemCount };
  } while (token && read < bound);
}

/** The objects of a collection, at least `bound` if there are that many; `continue` is set if there are more. */
export async function listAll(client: ApiClient, request: ApiRequest, bound: number): Promise<ObjectPage> {
  const whole: ObjectPage = { items: [], continue: undefined, remaining: undefined };
  for await (const page of pagesOf(client, request, bound)) {
    whole.items.push(...page.items);
    whole.continue = page.continue;
    whole.remaining = page.remaining;
  }
  return whole;
}
