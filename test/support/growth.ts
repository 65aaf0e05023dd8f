/** Of so many measurements the least counts: what else the machine does only adds. */
const TIMES = 6;
/** What takes less than this many times the baseline is not worth a second look. */
const SUSPICIOUS = 40;
/** The most that any input may take. */
const MOST = 250;
/** Four times the input takes four times as long if time is linear, and sixteen times as long if it is quadratic. */
const MAX_GROWTH = 8;
/** Long enough for the coarsest of clocks, in milliseconds. */
const BASELINE_MS = 60;

/**
 * What is wrong with how long the work takes on inputs of two sizes, one four times the other; undefined if nothing is.
 * It compares times of this machine with each other, so that its speed does not matter.
 */
export function tooSlow(work: (size: 1 | 4) => () => unknown, baseline: number): string | undefined {
  const small = work(1);
  const first = leastTime(small, SUSPICIOUS * baseline);
  if (first < SUSPICIOUS * baseline) return undefined;
  if (first > MOST * baseline) return `takes ${(first / baseline).toFixed(0)} times as long as ordinary input`;
  const growth = leastTime(work(4), MAX_GROWTH * first) / first;
  return growth > MAX_GROWTH ? `takes ${growth.toFixed(1)} times as long for four times the input` : undefined;
}

/** How long the work takes on average, in milliseconds of processor time. */
export function usualTime(work: () => unknown): number {
  work();
  let [count, took] = [0, 0];
  while (took < BASELINE_MS) {
    took += timeOf(work);
    count += 1;
  }
  return took / count;
}

/** Less than `enough` is not measured again: the least could only be less still. */
function leastTime(work: () => unknown, enough: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < TIMES && least >= enough; time += 1) least = Math.min(least, timeOf(work));
  return least;
}

function timeOf(work: () => unknown): number {
  const begin = process.cpuUsage();
  work();
  return process.cpuUsage(begin).user / 1_000;
}
