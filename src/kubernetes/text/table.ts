import { jsonText } from '../apimachinery/json.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';

/** A `meta.k8s.io/v1` Table as the API server answers it. */
export interface ServerTable {
  kind?: string;
  metadata?: { continue?: string; remainingItemCount?: number; resourceVersion?: string };
  columnDefinitions: { name: string; type?: string; priority?: number }[];
  rows: { cells: unknown[]; object?: KubernetesObject }[];
}

/** Rows of text under a header. */
export interface TextTable {
  header: string[];
  rows: string[][];
}

export const TABLE_TYPE = 'application/json;as=Table;g=meta.k8s.io;v=v1,application/json';

/**
 * The columns that kubectl shows (with `wide`, all of them), with the namespace in front where asked for. A namespaced list
 * needs rows with their metadata (`includeObject=Metadata`) for that.
 */
export function textTable(table: ServerTable, options: { wide?: boolean; namespaces?: boolean } = {}): TextTable {
  const shown = table.columnDefinitions
    .map(({ name, priority }, index) => ({ name, index, hidden: (priority ?? 0) > 0 }))
    .filter(({ hidden }) => options.wide || !hidden);
  const header = shown.map(({ name }) => name.toUpperCase());
  const rows = table.rows.map(({ cells, object }) => {
    const row = shown.map(({ index }) => cellText(cells[index]));
    return options.namespaces ? [cellText(object?.metadata?.namespace), ...row] : row;
  });
  return { header: options.namespaces ? ['NAMESPACE', ...header] : header, rows };
}

/** One line a row, cells separated by a tab: a model pays for every space of an aligned table. */
export function renderRows(rows: readonly string[][]): string[] {
  return rows.map((row) => row.join('\t'));
}

/** A cell in one line; what is absent is `-`. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null || value === '') return '-';
  const text = typeof value === 'object' ? jsonText(value) : String(value);
  return text.replace(/\s+/g, ' ');
}
