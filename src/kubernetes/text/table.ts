import { jsonText } from '../apimachinery/json.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { mapUnhurried } from '../apimachinery/unhurried.ts';
import { oneLine } from './one-line.ts';

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

/** No answer shows more of one, in characters. */
const MAX_CELL_LENGTH = 50_000;

/**
 * The columns that kubectl shows (with `wide`, all of them), with the namespace in front where asked for. A namespaced list
 * needs rows with their metadata (`includeObject=Metadata`) for that.
 */
export async function textTable(
  table: ServerTable,
  options: { wide?: boolean; namespaces?: boolean } = {},
): Promise<TextTable> {
  const shown = table.columnDefinitions
    .map(({ name, priority }, index) => ({ name, index, hidden: (priority ?? 0) > 0 }))
    .filter(({ hidden }) => options.wide || !hidden);
  const header = shown.map(({ name }) => cellText(name).toUpperCase());
  const rows = await mapUnhurried(table.rows, ({ cells, object }) => {
    const row = shown.map(({ index }) => cellText(cells[index]));
    return options.namespaces ? [cellText(object?.metadata?.namespace), ...row] : row;
  });
  return { header: options.namespaces ? ['NAMESPACE', ...header] : header, rows };
}

/** One line a row, cells separated by a tab: a model pays for every space of an aligned table. */
export function renderRows(rows: readonly string[][]): string[] {
  return rows.map((row) => row.map(oneLine).join('\t'));
}

/** Several values in one cell, as many as anybody is shown. */
export function cellOf(values: readonly unknown[]): string {
  const texts: string[] = [];
  let length = 0;
  for (const value of values) {
    if (length > MAX_CELL_LENGTH) break;
    const text = cellText(value);
    length += text.length + 1;
    texts.push(text);
  }
  return cellText(texts.join(','));
}

/** A cell in one line; what is absent is `-`. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null || value === '') return '-';
  const text = typeof value === 'object' ? jsonText(value) : String(value);
  return oneLine(text.slice(0, MAX_CELL_LENGTH).replace(/\s+/g, ' '));
}
