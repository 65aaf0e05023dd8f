import { pathOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError } from '../../kubernetes/apimachinery/errors.ts';
import { TABLE_TYPE } from '../../kubernetes/apimachinery/media-types.ts';
import type { KubernetesList, KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import type { Kind } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import { type Row, rowsIn } from '../../kubernetes/diagnosis/facts/rows.ts';
import type { ServerTable } from '../../kubernetes/text/table.ts';
import type { PromptContext } from './prompt.ts';

/** The most objects of a kind that are read. */
const PAGE_SIZE = 5_000;
const READ_TIMEOUT_MS = 20_000;

/** The objects of a kind as kubectl shows them, wherever the user may list them. */
export function listRows(context: PromptContext, kind: Kind): Promise<Row[]> {
  return listed(context, kind, async (path) => {
    const table = await get<ServerTable>(context, path, { accept: TABLE_TYPE });
    return { items: rowsIn(table), rest: table.metadata };
  });
}

/** The objects of a kind, wherever the user may list them. */
export function listObjects<T extends KubernetesObject>(context: PromptContext, kind: Kind): Promise<T[]> {
  return listed(context, kind, async (path) => {
    const { items, metadata } = await get<KubernetesList>(context, path, {});
    return { items: (items ?? []) as T[], rest: metadata };
  });
}

interface Page<T> {
  items: T[];
  rest: { continue?: string; remainingItemCount?: number } | undefined;
}

async function listed<T>(
  { connection, policy, limits }: PromptContext,
  kind: Kind,
  fetch: (path: string) => Promise<Page<T>>,
): Promise<T[]> {
  const limit = (text: string) => limits.set(text, (limits.get(text) ?? new Set()).add(kind.name));
  const within = async (namespace: string | undefined) => {
    const { items, rest } = await fetch(pathOf(kind, namespace));
    if (rest?.continue) limit(`Only the first ${items.length} were looked at`);
    return items;
  };
  if (kind.namespaced && policy.namespaces.length > 0) {
    limit(`Only looked at in namespace ${policy.namespaces.join(', ')}, because others are not allowed here`);
  }
  try {
    return await within(undefined);
  } catch (error) {
    if (!kind.namespaced || !isApiError(error, 403)) throw error;
    limit(`Only looked at in namespace ${connection.namespace}, because listing in all is forbidden`);
    return within(connection.namespace);
  }
}

function get<T>({ connection, signal }: PromptContext, path: string, extra: { accept?: string }): Promise<T> {
  return connection.client.json<T>({ path, query: { limit: PAGE_SIZE }, ...extra, signal, timeout: READ_TIMEOUT_MS });
}
