/** One line of the table. */
export interface Row {
  name: string;
  ours: number;
  /** What ours is compared with: the peer, unless `against` names something else. */
  other: number;
  against?: string;
  format: (value: number) => string;
  /** The most that ours may be, as a multiple of the other; none where the line only informs. */
  target?: number;
}

const columns = ['row', 'ours', 'peer', 'ours ÷ peer', 'target', ''];

/** The rows as a table, with what reached its target and what did not. */
export function renderTable(rows: readonly Row[]): string {
  const lines = [columns, ...rows.map(cells)];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const render = (line: readonly string[]) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const [header = '', ...body] = lines.map(render);
  return [header, '─'.repeat(header.length + 10), ...body].join('\n');
}

/** Whether the row reached its target; a row without one did. */
export function isMet({ ours, other, target }: Row): boolean {
  return target === undefined || ours / other <= target;
}

function cells(row: Row): string[] {
  const { name, ours, other, against, format, target } = row;
  return [
    name,
    format(ours),
    `${against ? `${against} ` : ''}${format(other)}`,
    (ours / other).toFixed(2),
    target === undefined ? '' : `≤ ${target.toFixed(2)}`,
    target === undefined ? '' : isMet(row) ? 'met' : 'MISSED',
  ];
}

/** Milliseconds, with a decimal where they are few. */
export function milliseconds(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

/** Bytes, in the unit that suits them. */
export function byteSize(value: number): string {
  if (value < 100_000) return `${Math.round(value).toLocaleString('en-US')} B`;
  return value < 10_000_000 ? `${Math.round(value / 1e3)} kB` : `${Math.round(value / 1e6)} MB`;
}
