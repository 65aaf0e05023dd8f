/** A part of a page that may fail by itself, without the rest. */
export type Part<Value> = { value: Value } | { failure: unknown };

/** Reads a part. @throws only when the whole reading was ended. */
export async function partOf<Value>(signal: AbortSignal, read: () => Promise<Value>): Promise<Part<Value>> {
  try {
    return { value: await read() };
  } catch (failure) {
    signal.throwIfAborted();
    return { failure };
  }
}

/** What was read; undefined if that failed. */
export function readOf<Value>(part: Part<Value>): Value | undefined {
  return 'value' in part ? part.value : undefined;
}
