/** An action's duration in milliseconds, and its result. */
export interface Timed<T> {
  ms: number;
  value: T;
}

/** Runs and times the action. */
export async function timed<T>(action: () => Promise<T>): Promise<Timed<T>> {
  const begin = performance.now();
  const value = await action();
  return { ms: performance.now() - begin, value };
}

/** Samples each in turn, so other load on the machine affects all alike. */
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

/** The median; NaN without samples. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}
