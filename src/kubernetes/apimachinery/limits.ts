import { UserError } from './errors.ts';

/** How much of something from outside is taken. */
export interface Limits {
  bytes: number;
  /** How deep lists and objects may be nested: what is deeper overflows the stack of whoever walks it. */
  depth: number;
  /** How many members all lists and objects may have together. */
  values: number;
}

const DEPTH = 500;

/** The most that is taken of everything that comes from outside; whoever reads it says what to do instead. */
export const LIMITS = {
  /** A message of a client, whatever the transport. */
  message: { bytes: 10 << 20, depth: DEPTH, values: 20_000 },
  /** An answer of an API server, decompressed. */
  answer: { bytes: 64 << 20, depth: DEPTH, values: 4_000_000 },
  /** A part of an answer that can only be parsed at once: an object, or an event of a watch. */
  object: { bytes: 8 << 20, depth: DEPTH, values: 300_000 },
  /** A release of Helm, decompressed: etcd takes 1.5 MB of it at most, in which zeros without end may be. */
  release: { bytes: 32 << 20, depth: DEPTH, values: 1_000_000 },
  /** An error in the words of an API server, or of what stands in front of it. */
  failure: { bytes: 1 << 20, depth: DEPTH, values: 10_000 },
  /** YAML or JSON that somebody wrote: manifests, patches, kubeconfigs. */
  manifest: { bytes: 8 << 20, depth: DEPTH, values: 300_000 },
} as const satisfies Record<string, Limits>;

/** Something from outside is larger than what is taken. */
export class LimitError extends UserError {
  override name = 'LimitError';
}

/** @throws LimitError for a value that is nested too deeply or, what repeats counted each time, has too many members. */
export function checkValue(value: unknown, { depth, values }: Limits): void {
  let level = [value];
  let count = 0;
  for (let at = 0; level.length > 0; at += 1) {
    if (at > depth) throw tooDeep(depth);
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      for (const member of Array.isArray(one) ? one : Object.values(one)) {
        count += 1;
        if (count > values) throw tooMany(values);
        if (typeof member === 'object' && member !== null) next.push(member);
      }
    }
    level = next;
  }
}

export function tooLong(bytes: number): LimitError {
  const size = bytes >= 1 << 20 ? `${bytes >> 20} MB` : `${bytes} bytes`;
  return new LimitError(`it has more than ${size}`);
}

export function tooDeep(depth: number): LimitError {
  return new LimitError(`it is nested too deeply, more than ${depth} levels`);
}

export function tooMany(values: number): LimitError {
  return new LimitError(`it has more than ${values} values`);
}
