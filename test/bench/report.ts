import type { Cost } from '../jobs/job.ts';
import type { JobCosts } from './job-costs.ts';

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

/** The rows as a table, with what reached its target and what did not. */
export function renderRows(rows: readonly Row[]): string {
  return renderTable(['row', 'ours', 'peer', 'ours ÷ peer', 'target', ''], rows.map(cells));
}

/** What each job costs an agent with our server and with the peer, and all that both do together. */
export function renderJobs(costs: readonly JobCosts[]): string {
  const both = costs.flatMap(({ ours, theirs }) => (theirs ? [{ ours, theirs }] : []));
  const total = {
    name: `the ${both.length} that both do`,
    ours: both.map(({ ours }) => ours).reduce(sum, NOTHING),
    theirs: both.map(({ theirs }) => theirs).reduce(sum, NOTHING),
  };
  const rows = [...costs, total].map(({ name, ours, theirs }) => [
    name,
    String(ours.calls),
    theirs ? String(theirs.calls) : '–',
    byteSize(ours.bytes),
    theirs ? byteSize(theirs.bytes) : '–',
    theirs ? (ours.bytes / theirs.bytes).toFixed(2) : '',
  ]);
  return renderTable(['job', 'calls', 'peer', 'bytes', 'peer', 'ours ÷ peer'], rows);
}

const NOTHING: Cost = { calls: 0, bytes: 0 };

function sum(a: Cost, b: Cost): Cost {
  return { calls: a.calls + b.calls, bytes: a.bytes + b.bytes };
}

function renderTable(columns: readonly string[], rows: readonly string[][]): string {
  const lines = [columns, ...rows];
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
