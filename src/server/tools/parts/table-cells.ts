import { parseQuantity } from '../../../kubernetes/apimachinery/quantity.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { cellText, type ServerTable } from '../../../kubernetes/text/table.ts';

/** Words that may be a header of kubectl's table: RESTARTS, NOMINATED NODE, PORT(S). */
const HEADER = /^[A-Za-z][\w ()-]*$/;
const AGE = /^(?:\d+[smhdy])+$/;
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, y: 31_536_000 };
const NOTHING = /^(?:-|<(?:none|unset|unknown|invalid)>)$/;

/** May the text be a table's header, rather than a path only? */
export function isHeader(text: string): boolean {
  return HEADER.test(text);
}

/** The columns asked for: several headers may come as one text, as in STATUS,RESTARTS. */
export function splitHeaders(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const parts = text.split(',').map((part) => part.trim());
    return parts.every(isHeader) ? parts : [text];
  });
}

/** Where the table has the column, in any case. */
export function columnAt({ columnDefinitions }: ServerTable, header: string): number | undefined {
  const at = columnDefinitions.findIndex(({ name }) => name.toLowerCase() === header.trim().toLowerCase());
  return at < 0 ? undefined : at;
}

/** The cell as it is shown. */
export function shownCell(cells: readonly unknown[], column: number): string {
  return redactText(cellText(cells[column]));
}

/** What a cell sorts by, apart from ages: its number or its text; undefined if it is empty. */
export function cellKey(cells: readonly unknown[], column: number): unknown {
  const cell = cells[column];
  if (typeof cell === 'number') return cell;
  const text = shownCell(cells, column);
  return NOTHING.test(text) ? undefined : text;
}

/** A column's cells, ages among their keys in seconds. Beside `2` or `1Gi`, `15m` is an amount, which sorts as a text. */
export function withAges<T extends { key: unknown }>(cells: readonly T[], { type }: { type?: string }): T[] {
  const hasAmounts = cells.some(({ key }) => !isAge(key) && parseQuantity(key) !== undefined);
  if (hasAmounts && type !== 'date') return [...cells];
  return cells.map((cell) => (isAge(cell.key) ? { ...cell, key: secondsOf(cell.key) } : cell));
}

function isAge(key: unknown): key is string {
  return typeof key === 'string' && AGE.test(key);
}

function secondsOf(age: string): number {
  return [...age.matchAll(/(?<!\d)(\d+)([smhdy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (SECONDS[unit ?? ''] ?? 0),
    0,
  );
}
