import type { Cost } from '../jobs/job.ts';
import type { JobCosts } from './job-costs.ts';

/** A line of the table. */
export interface Row {
  name: string;
  ours: number;
  /** What ours is compared with: the peer, unless `against` says otherwise. */
  other: number;
  against?: string;
  format: (value: number) => string;
  /** Our upper bound, as a multiple of the other; none if the line is informational. */
  target?: number;
}

/** The rows as a table, and which targets were met or missed. */
export function renderRows(rows: readonly Row[]): string {
  return renderTable(['row', 'ours', 'peer', 'ours ÷ peer', 'bound', ''], rows.map(cells));
}

/** A row as kept, so that two commits can be compared. */
export function keptRow(row: Row): object {
  const { name, ours, other, against = 'the peer', target } = row;
  return { name, ours, other, against, ratio: ours / other, bound: target, met: isMet(row) };
}

/** What each job costs an agent with our server and with the peer, and the totals. */
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

/** Our upper bound as a share of the peer's bytes, over all tasks but the excluded one. */
const MOST_BYTES = 0.1;

/**
 * What each task of the peer's evaluation costs with both servers, and whether ours took no more calls and, over all
 * tasks but the excluded one, at most a tenth of the bytes.
 */
export function renderTasks(costs: readonly JobCosts[], without: string): { table: string; missed: number } {
  const verdict = (met: boolean) => (met ? 'met' : 'MISSED');
  const compared = costs.flatMap(({ name, ours, theirs }) => (theirs ? [{ name, ours, theirs }] : []));
  const counted = compared.filter(({ name }) => name !== without);
  const ours = counted.map((cost) => cost.ours).reduce(sum, NOTHING);
  const theirs = counted.map((cost) => cost.theirs).reduce(sum, NOTHING);
  const total = { name: `all ${counted.length} without ${without}`, ours, theirs };
  const row = (cost: typeof total, ...verdicts: string[]) => [
    cost.name,
    String(cost.ours.calls),
    String(cost.theirs.calls),
    verdict(cost.ours.calls <= cost.theirs.calls),
    byteSize(cost.ours.bytes),
    byteSize(cost.theirs.bytes),
    (cost.ours.bytes / cost.theirs.bytes).toFixed(3),
    ...verdicts,
  ];
  const isCheap = ours.bytes <= MOST_BYTES * theirs.bytes;
  const rows = [...compared.map((cost) => row(cost)), row(total, `≤ ${MOST_BYTES} ${verdict(isCheap)}`)];
  const columns = ['task', 'calls', 'peer', 'no more', 'bytes', 'peer', 'ours ÷ peer', ''];
  const dearer = compared.filter((cost) => cost.ours.calls > cost.theirs.calls).length;
  return { table: renderTable(columns, rows), missed: dearer + (isCheap ? 0 : 1) };
}

const NOTHING: Cost = { calls: 0, bytes: 0 };

function sum(a: Cost, b: Cost): Cost {
  return { calls: a.calls + b.calls, bytes: a.bytes + b.bytes };
}

/** A text table; the first column is aligned to the left. */
export function renderTable(columns: readonly string[], rows: readonly string[][]): string {
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

/** Whether the row met its target; true if it has none. */
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

/** Milliseconds, with a decimal if small. */
export function milliseconds(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

/** Bytes, in a suitable unit. */
export function byteSize(value: number): string {
  if (value < 100_000) return `${Math.round(value).toLocaleString('en-US')} B`;
  return value < 10_000_000 ? `${Math.round(value / 1e3)} kB` : `${Math.round(value / 1e6)} MB`;
}
