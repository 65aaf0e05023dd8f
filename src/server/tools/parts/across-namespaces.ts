import type { ApiResource } from '../../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, RefusedError } from '../../../kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';

/** The result of a list, where it looked, and notes about that for the reader. */
export interface Scoped<T> {
  result: T;
  /** Undefined: all namespaces, or a cluster-scoped kind. */
  namespace: string | undefined;
  notes: string[];
}

/** Lists in the namespace, or without one in all; where that is forbidden, in the context's own, with a note. */
export async function acrossNamespaces<T>(
  connection: Connection,
  { namespaced }: Pick<ApiResource, 'namespaced'>,
  namespace: string | undefined,
  list: (namespace: string | undefined) => Promise<T>,
): Promise<Scoped<T>> {
  const wanted = (namespaced && namespace) || undefined;
  const { allowedNamespaces } = connection;
  const limited = namespaced && !wanted && allowedNamespaces.length > 0;
  try {
    const notes = limited ? [`Only the allowed namespaces: ${allowedNamespaces.join(', ')}.`] : [];
    return { result: await list(wanted), namespace: wanted, notes };
  } catch (error) {
    if (!(isApiError(error, 403) || error instanceof RefusedError) || !namespaced || wanted) throw error;
    const own = connection.namespace;
    const note = `Listing in all namespaces is forbidden; this is namespace ${own} only.`;
    return { result: await list(own), namespace: own, notes: [note] };
  }
}

/** ` in namespace x`, ` in all namespaces`, or nothing for a cluster-scoped kind. */
export function placeText({ namespaced }: Pick<ApiResource, 'namespaced'>, namespace: string | undefined): string {
  if (!namespaced) return '';
  return namespace ? ` in namespace ${namespace}` : ' in all namespaces';
}
