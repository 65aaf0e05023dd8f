/** What the work on `SAMPLE` takes on the machine that the limits of tests were set for, in milliseconds. */
const SAMPLE_TAKES = 2.6;
const SAMPLE = JSON.stringify(
  Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`key${at}`, `value ${at}`])),
);
/** What is not compiled yet is slower. */
const WARM_UP = 30;
/** Long enough to be interrupted often on a busy machine, in milliseconds of processor time. */
const SLOWDOWN_MS = 100;

/** How many times longer this machine takes now for the same work than the one that limits were set for; at least 1. */
export function slowdown(): number {
  warmUp();
  const [begin, used] = [performance.now(), process.cpuUsage()];
  let count = 0;
  do {
    work();
    count += 1;
  } while (millisecondsSince(used) < SLOWDOWN_MS);
  return Math.max(1, (performance.now() - begin) / count / SAMPLE_TAKES);
}

/** Converts a measured duration to that on the machine that limits were set for, when idle. */
export function unhurried(took: number): number {
  return took / slowdown();
}

/**
 * Measures, while something else happens, how many times more processor time this machine needs for the same work than
 * the one that limits were set for: shared caches and cores cost a program time of its own.
 */
export class Pace {
  readonly #samples: number[] = [];

  constructor() {
    warmUp();
    this.sample();
  }

  /** Does the work once. */
  sample(): void {
    const begin = process.cpuUsage();
    work();
    this.#samples.push(millisecondsSince(begin));
  }

  /** At least 1. The middle of what was measured: single samples include the collection of garbage. */
  get factor(): number {
    const sorted = this.#samples.toSorted((a, b) => a - b);
    return Math.max(1, (sorted[sorted.length >> 1] ?? 0) / SAMPLE_TAKES);
  }
}

/** The processor time of some work, in milliseconds on the machine that limits were set for. */
export async function processorTime(run: () => unknown): Promise<number> {
  const pace = new Pace();
  pace.sample();
  const begin = process.cpuUsage();
  await run();
  const took = process.cpuUsage(begin).user / 1_000;
  for (let times = 0; times < 3; times += 1) pace.sample();
  return took / pace.factor;
}

function millisecondsSince(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1_000;
}

let warm = false;

function warmUp(): void {
  for (let times = 0; !warm && times < WARM_UP; times += 1) work();
  warm = true;
}

function work(): string {
  const entries = Object.entries<string>(JSON.parse(SAMPLE));
  return JSON.stringify(
    Object.fromEntries(entries.map(([key, value]) => [key.toUpperCase(), value.replace(/\d+/g, '')])),
  );
}
