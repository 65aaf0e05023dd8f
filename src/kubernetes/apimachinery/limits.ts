import { UserError } from './errors.ts';

/** Limits on input from outside. */
export interface Limits {
  bytes: number;
  /** Maximum nesting of lists and objects: deeper values overflow the stack of recursive code. */
  depth: number;
  /** Maximum number of members of all lists and objects together. */
  values: number;
}

const DEPTH = 500;

/** The limits for all input from outside; each reader says what to do instead. */
export const LIMITS = {
  /** A client's message, on any transport. */
  message: { bytes: 10 << 20, depth: DEPTH, values: 20_000 },
  /** An API server's answer, decompressed. */
  answer: { bytes: 64 << 20, depth: DEPTH, values: 4_000_000 },
  /** A part of an answer that must be parsed at once: an object, or a watch event. */
  object: { bytes: 8 << 20, depth: DEPTH, values: 300_000 },
  /** A Helm release, decompressed: etcd stores at most 1.5 MB of it, which may expand without limit. */
  release: { bytes: 32 << 20, depth: DEPTH, values: 1_000_000 },
  /** An error's text, from an API server or a proxy in front of it. */
  failure: { bytes: 1 << 20, depth: DEPTH, values: 10_000 },
  /** YAML or JSON written by somebody: manifests, patches, kubeconfigs. */
  manifest: { bytes: 8 << 20, depth: DEPTH, values: 300_000 },
} as const satisfies Record<string, Limits>;

/** Input from outside exceeds a limit. */
export class LimitError extends UserError {
  override name = 'LimitError';
}

/** @throws LimitError for a value nested too deeply or with too many members; repeated members count each time. */
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
