import type { KubernetesList } from '../apimachinery/objects.ts';
import type { ServerTable } from '../text/table.ts';
import type { ApiRequest } from './request.ts';

type Listing = (KubernetesList | ServerTable) & { metadata?: { continue?: string } };

/** Separates the namespace from the API server's own token; not valid in a namespace's name. */
const SEPARATOR = '/';

/**
 * Lists several namespaces as if they were one collection, with pages and tokens, in the order of the namespaces. The
 * request's path is that of the collection in all namespaces.
 */
export async function listInNamespaces<T>(
  request: ApiRequest,
  namespaces: readonly string[],
  list: (request: ApiRequest) => Promise<T>,
): Promise<T> {
  const { limit, continue: token, ...query } = request.query ?? {};
  const [start = '', inner = ''] = splitToken(token === undefined ? '' : String(token));
  const places = start ? namespaces.slice(Math.max(0, namespaces.indexOf(start))) : namespaces;
  let whole: Listing | undefined;
  let room = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  for (const [index, namespace] of places.entries()) {
    const path = request.path.replace(/\/([^/]+)$/, `/namespaces/${encodeURIComponent(namespace)}/$1`);
    const bounds = { limit: Number.isFinite(room) ? room : undefined, continue: (index === 0 && inner) || undefined };
    const page = (await list({ ...request, path, query: { ...query, ...bounds } })) as Listing;
    room -= sizeOf(page);
    whole = whole ? joined(whole, page) : page;
    const next = page.metadata?.continue ? namespace : places[index + 1];
    if (page.metadata?.continue || (room <= 0 && next)) {
      const more = `${next}${SEPARATOR}${page.metadata?.continue ?? ''}`;
      return { ...whole, metadata: { ...whole.metadata, remainingItemCount: undefined, continue: more } } as T;
    }
  }
  return { ...whole, metadata: { ...whole?.metadata, remainingItemCount: undefined, continue: undefined } } as T;
}

function splitToken(token: string): [string, string] {
  const at = token.indexOf(SEPARATOR);
  return at < 0 ? ['', ''] : [token.slice(0, at), token.slice(at + 1)];
}

function sizeOf(page: Listing): number {
  return 'rows' in page ? page.rows.length : (page.items?.length ?? 0);
}

function joined(whole: Listing, page: Listing): Listing {
  if ('rows' in whole && 'rows' in page) return { ...whole, rows: [...whole.rows, ...page.rows] };
  if ('rows' in whole || 'rows' in page) return whole;
  return { ...whole, items: [...(whole.items ?? []), ...(page.items ?? [])] };
}
