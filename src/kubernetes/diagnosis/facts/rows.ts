import { textAt } from '../../apimachinery/fields.ts';
import type { ObjectMeta } from '../../apimachinery/objects.ts';
import { ownerReferencesOf } from '../../apimachinery/ownership.ts';
import type { Kind } from '../../apimachinery/well-known-kinds.ts';
import type { ServerTable } from '../../text/table.ts';
import { cellText } from '../../text/table.ts';
import type { Lookup } from './lookup.ts';

/** One row of kubectl's table of a kind. */
export interface Row {
  name: string;
  namespace: string | undefined;
  metadata: ObjectMeta;
  /** What it belongs to, such as a ReplicaSet. */
  owner: { kind: string; name: string } | undefined;
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
  return table === 'unknown' ? table : rowsIn(table);
}

/** The rows of a table as the API server answers with. */
export function rowsIn({ rows, columnDefinitions }: ServerTable): Row[] {
  return rows.map((row) => toRow(row, columnDefinitions));
}

function toRow({ cells, object }: ServerTable['rows'][number], columns: ServerTable['columnDefinitions']): Row {
  const [owner] = ownerReferencesOf(object);
  return {
    name: object?.metadata?.name ?? '',
    namespace: object?.metadata?.namespace,
    metadata: object?.metadata ?? {},
    owner: owner && { kind: textAt(owner, 'kind') ?? '', name: textAt(owner, 'name') ?? '' },
    cell: (header) => cellText(cells[columns.findIndex(({ name }) => name.toLowerCase() === header)]),
  };
}

/** Has the pod of this row completed, by the STATUS that kubectl shows? Between two runs, one that goes on has it, too. */
export function hasCompleted(row: Pick<Row, 'cell'>): boolean {
  return ['Completed', 'Succeeded'].includes(row.cell('status'));
}

/** Are all containers of the pod of this row ready? */
export function isRowReady(row: Pick<Row, 'cell'>): boolean {
  const [ready, all] = row.cell('ready').split('/');
  return row.cell('status') === 'Running' && ready === all;
}

/** `shop/web`, or the name alone without a namespace. */
export function placeOf({ namespace, name }: { namespace?: string | undefined; name?: string | undefined }): string {
  return namespace ? `${namespace}/${name}` : `${name}`;
}
