import { jsonText } from '../apimachinery/json.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { mapUnhurried } from '../apimachinery/unhurried.ts';
import { oneLine } from './one-line.ts';

/** A `meta.k8s.io/v1` Table as returned by the API server. */
export interface ServerTable {
  kind?: string;
  metadata?: { continue?: string; remainingItemCount?: number; resourceVersion?: string };
  columnDefinitions: { name: string; type?: string; priority?: number }[];
  rows: { cells: unknown[]; object?: KubernetesObject }[];
}

/** Rows of text with a header. */
export interface TextTable {
  header: string[];
  rows: string[][];
}

/** Limit on a cell, in characters. */
const MAX_CELL_LENGTH = 50_000;
/** Most cells are such: short, and nothing to mend. */
const WORD = /^[!-~]{1,256}$/;

/**
 * The columns kubectl prints (all of them with `wide`), preceded by the namespace if requested, which needs rows with
 * metadata (`includeObject=Metadata`).
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

/** One line per row, cells separated by tabs: the padding of an aligned table would cost a model tokens. */
export function renderRows(rows: readonly string[][]): string[] {
  return rows.map((row) => row.map(oneLine).join('\t'));
}

/** Several values in one cell, up to the number shown. */
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

/** A cell on one line; `-` for a missing value. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null || value === '') return '-';
  const text = typeof value === 'object' ? jsonText(value) : String(value);
  return WORD.test(text) ? text : oneLine(text.slice(0, MAX_CELL_LENGTH).replace(/\s+/g, ' '));
}
