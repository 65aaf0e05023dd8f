/** Long enough to be interrupted often on a busy machine, in milliseconds of processor time. */
const SAMPLE_MS = 100;

/** How many times slower this machine is now than when idle; at least 1. */
export function slowdown(): number {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  let spent = 0;
  while (spent < SAMPLE_MS) {
    const { user, system } = process.cpuUsage(used);
    spent = (user + system) / 1_000;
  }
  return Math.max(1, (performance.now() - begin) / spent);
}

/** Converts a measured duration to that of an idle machine. */
export function unhurried(took: number): number {
  return took / slowdown();
}

/** What the work on `SAMPLE` takes on the machine that the limits of tests were set for, in milliseconds of processor time. */
const SAMPLE_TAKES = 2.6;
const SAMPLE = JSON.stringify(
  Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`key${at}`, `value ${at}`])),
);
const WARM_UP = 30;

/**
 * Measures, while something else happens, how many times more processor time this machine needs for the same work than
 * the one that limits were set for: shared caches and cores cost a program time of its own.
 */
export class Pace {
  readonly #samples: number[] = [];

  constructor() {
    // What is not compiled yet is slower.
    for (let times = 0; times < WARM_UP; times += 1) work();
    this.sample();
  }

  /** Does the work once. */
  sample(): void {
    const begin = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(begin);
    this.#samples.push((user + system) / 1_000);
  }

  /** At least 1. The middle of what was measured: single samples include the collection of garbage. */
  get factor(): number {
    const sorted = this.#samples.toSorted((a, b) => a - b);
    return Math.max(1, (sorted[sorted.length >> 1] ?? 0) / SAMPLE_TAKES);
  }
}

function work(): string {
  const entries = Object.entries<string>(JSON.parse(SAMPLE));
  return JSON.stringify(
    Object.fromEntries(entries.map(([key, value]) => [key.toUpperCase(), value.replace(/\d+/g, '')])),
  );
}
