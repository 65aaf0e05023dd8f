import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { RequestError } from '../core/request-error.ts';

/** How long a question can be answered, in milliseconds. */
const VALID_MS = 15 * 60_000;
/** The fewest bytes of a key. */
export const MIN_KEY_BYTES = 32;

/** Where no key is given, only this process recognizes its questions. */
const ownKey = randomBytes(MIN_KEY_BYTES);

/** What a question is about. */
export interface Question {
  /** Whose answer counts. */
  owner: string;
  /** The call that it is asked for: the tool and its arguments. */
  call: unknown;
  /** What would be done, exactly as the user sees it. */
  content: unknown;
}

/** A question that was asked before. */
export interface AskedQuestion {
  /** Is it about the same content, and can it still be answered? */
  isSame: boolean;
  /** How often it has been asked. */
  round: number;
  /** Marks it as answered. @returns false if it was before. */
  use(): boolean;
}

/**
 * Seals questions that are answered by another request: the client carries the seal, which holds nothing but an expiry
 * and proofs that a question about just this was asked of just this caller for just this call.
 */
export class QuestionSeal {
  readonly #key: Buffer;
  /** The seeds of answered questions, and when their seals have expired anyway. */
  readonly #used = new Map<string, number>();

  /** @param key shared by all replicas that may see the answer. */
  constructor(key: Buffer = ownKey) {
    this.#key = key;
  }

  /**
   * What the client has to send back with the answer.
   * @param seed of what the question makes up: all questions with the same one can be answered once.
   */
  seal(question: Question, round: number, seed: string): string {
    const head = `${Date.now() + VALID_MS}.${round}.${seed}`;
    return [head, ...this.#proofs(head, question)].join('.');
  }

  /**
   * The question that a seal is for.
   * @throws RequestError for a seal of another caller or call, or one that this server did not make.
   */
  open(seal: string, question: Question): AskedQuestion {
    const { expiry, round, seed, head, ofCall, ofContent } = partsOf(seal);
    const [call, content] = this.#proofs(head, question);
    if (!isEqual(ofCall, call))
      throw new RequestError(
        'The requestState is not one that this server gave for this call: call again without it, and the user is asked.',
      );
    return {
      isSame: isEqual(ofContent, content) && Date.now() < expiry,
      round,
      use: () => this.#use(seed),
    };
  }

  /** What the question made up, for as long as it can be answered; undefined for any other seal. */
  seedOf(seal: string, asked: Pick<Question, 'owner' | 'call'>): string | undefined {
    const { expiry, seed, head, ofCall } = partsOf(seal);
    const isOfCall = isEqual(ofCall, this.#ofCall(head, asked));
    return isOfCall && Date.now() < expiry && !this.#used.has(seed) ? seed : undefined;
  }

  #proofs(head: string, question: Question): [string, string] {
    const { owner, call, content } = question;
    return [this.#ofCall(head, question), this.#proof([head, owner, call, content])];
  }

  #ofCall(head: string, { owner, call }: Pick<Question, 'owner' | 'call'>): string {
    return this.#proof([head, owner, call]);
  }

  #proof(parts: unknown): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts, inOrder)).digest('base64url');
  }

  #use(seed: string): boolean {
    for (const [used, until] of this.#used) if (until < Date.now()) this.#used.delete(used);
    if (this.#used.has(seed)) return false;
    // By then every seal with it has expired.
    this.#used.set(seed, Date.now() + VALID_MS);
    return true;
  }
}

interface SealParts {
  /** In milliseconds since the epoch. */
  expiry: number;
  round: number;
  seed: string;
  /** All of these, as text. */
  head: string;
  ofCall: string;
  ofContent: string;
}

function partsOf(seal: string): SealParts {
  const [expiry = '', round = '', seed = '', ofCall = '', ofContent = ''] = seal.slice(0, 500).split('.');
  return { expiry: Number(expiry), round: Number(round), seed, head: `${expiry}.${round}.${seed}`, ofCall, ofContent };
}

/** Clients may send the same object with its members in another order; long integers of objects are bigints. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isEqual(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
