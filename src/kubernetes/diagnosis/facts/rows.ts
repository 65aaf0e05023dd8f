import { textAt } from '../../apimachinery/fields.ts';
import { ownerReferencesOf } from '../../apimachinery/ownership.ts';
import type { Kind } from '../../apimachinery/well-known-kinds.ts';
import type { ServerTable } from '../../text/table.ts';
import { cellText } from '../../text/table.ts';
import type { Lookup } from './lookup.ts';

/** One row of kubectl's table of a kind. */
export interface Row {
  name: string;
  namespace: string | undefined;
  /** `ReplicaSet web-5d`, or undefined. */
  owner: string | undefined;
  labels: Record<string, string>;
  /** It is being deleted. */
  deleted: boolean;
  /** The cell under this header, in any case; `-` if empty. */
  cell(header: string): string;
}

/** The objects of a kind as kubectl shows them, in all namespaces unless one is given. */
export async function rowsOf(
  kind: Kind,
  namespace: string | undefined,
  lookup: Lookup,
  selectors: { fieldSelector?: string } = {},
): Promise<Row[] | 'unknown'> {
  const table = await lookup.table(kind, namespace, selectors);
  return table === 'unknown' ? table : table.rows.map((row) => toRow(row, table.columnDefinitions));
}

function toRow({ cells, object }: ServerTable['rows'][number], columns: ServerTable['columnDefinitions']): Row {
  const [owner] = ownerReferencesOf(object);
  return {
    name: object?.metadata?.name ?? '',
    namespace: object?.metadata?.namespace,
    owner: owner && `${textAt(owner, 'kind')} ${textAt(owner, 'name')}`,
    labels: object?.metadata?.labels ?? {},
    deleted: object?.metadata?.deletionTimestamp !== undefined,
    cell: (header) => cellText(cells[columns.findIndex(({ name }) => name.toLowerCase() === header)]),
  };
}

/** `shop/web`, or the name alone without a namespace. */
export function placeOf({ namespace, name }: Pick<Row, 'namespace' | 'name'>): string {
  return namespace ? `${namespace}/${name}` : name;
}
