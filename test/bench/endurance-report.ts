import type { Endurance } from './endurance.ts';
import type { Growth } from './heap-objects.ts';
import type { Sample } from './inspected-process.ts';
import { byteSize, renderTable } from './report.ts';
import { type Point, plot, rise } from './trend.ts';

/** The most that a fitted line may rise through the second half. */
const BOUND = 0.01;

const COLUMNS: readonly [name: string, field: Exclude<keyof Sample, 'seconds'>, format: (value: number) => string][] = [
  ['heap after collection', 'heap', byteSize],
  ['resident memory', 'resident', byteSize],
  ['open files', 'files', String],
  ['sockets', 'sockets', String],
  ['timers', 'timers', String],
  ['handles', 'handles', String],
];

/** Of each server, how many kinds are shown that its heap holds more of. */
const GROWN = 12;

/** A table of how what each server holds has grown, plots of its heap, and what became of calls and writes. */
export function renderEndurance({ rounds, calls, errors, lost, writes, samples, grown }: Endurance): string {
  const servers = Object.entries(samples);
  const rows = servers.flatMap(([server, its]) =>
    COLUMNS.map(([name, field, format]) => {
      const values = its.map((sample) => sample[field]);
      const risen = rise(pointsOf(its, field));
      const shown = [values[0], values.at(-1), Math.max(...values)].map((value = Number.NaN) => format(value));
      return [`${server}: ${name}`, ...shown, `${(100 * risen).toFixed(2)} %`, isFlat(its, field) ? 'flat' : 'RISES'];
    }),
  );
  const table = renderTable(['row', 'first', 'last', 'peak', 'rise of second half', `< ${100 * BOUND} %`], rows);
  const plots = servers.map(
    ([server, its]) => `${server}: heap after collection\n${plot(pointsOf(its, 'heap'), byteSize)}`,
  );
  const failures = Object.entries(errors).map(([error, count]) => `${String(count).padStart(6)} × ${error}`);
  return [
    `${rounds} rounds, ${calls} calls, ${lost.length} lost; ${writes.total} writes, of which ${writes.done.updates} updates and ${writes.done.creations} creations were done, of ${writes.unknown} the agent was told that the outcome is unknown, of ${writes.wrong.length} something wrong.`,
    ...[...lost, ...writes.wrong].map((line) => `  ${line}`),
    `\n${table}\n`,
    ...plots,
    ...Object.entries(grown).map(([server, kinds]) => `\n${server}: ${renderGrowth(kinds)}`),
    failures.length > 0
      ? '\nErrors that were answered while something was disturbed:'
      : '\nNo call was answered with an error.',
    ...failures,
  ].join('\n');
}

function renderGrowth(grown: readonly Growth[]): string {
  if (grown.length === 0) return 'the heap holds nothing more than when it was warm, or nobody looked';
  const rows = grown
    .slice(0, GROWN)
    .map(({ kind, before, after }) => [
      kind,
      `${before.count}`,
      `${after.count}`,
      byteSize(after.bytes - before.bytes),
    ]);
  return `what the heap holds more of than when it was warm\n${renderTable(['kind', 'warm', 'end', 'bytes more'], rows)}`;
}

/** A count that rises by less than one thing has not risen. */
function isFlat(samples: readonly Sample[], field: (typeof COLUMNS)[number][1]): boolean {
  const share = rise(pointsOf(samples, field));
  const isCount = field !== 'heap' && field !== 'resident';
  return share < BOUND || (isCount && share * Math.max(1, ...samples.map((sample) => sample[field])) <= 1);
}

function pointsOf(samples: readonly Sample[], field: keyof Sample): Point[] {
  return samples.map((sample) => ({ seconds: sample.seconds, value: sample[field] }));
}
