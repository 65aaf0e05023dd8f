/** What an action took, in milliseconds, and what it gave. */
export interface Timed<T> {
  ms: number;
  value: T;
}

/** Runs the action and takes its time. */
export async function timed<T>(action: () => Promise<T>): Promise<Timed<T>> {
  const begin = performance.now();
  const value = await action();
  return { ms: performance.now() - begin, value };
}

/** Takes a sample of each in turn, so that what else the machine does falls on all of them alike. */
export async function interleaved<Name extends string>(
  runs: number,
  samplers: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries<() => Promise<number>>(samplers);
  const samples: Record<string, number[]> = Object.fromEntries(entries.map(([name]) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const [name, sample] of entries) samples[name]?.push(await sample());
  }
  return samples;
}

/** The middle of the samples; NaN where there are none. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}
