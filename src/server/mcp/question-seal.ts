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
  /** The seals used up, and when they expire anyway. */
  readonly #used = new Map<string, number>();

  /** @param key shared by all replicas that may see the answer. */
  constructor(key: Buffer = ownKey) {
    this.#key = key;
  }

  /** What the client has to send back with the answer. */
  seal(question: Question, round: number): string {
    const head = `${Date.now() + VALID_MS}.${round}.${randomBytes(12).toString('base64url')}`;
    return [head, ...this.#proofs(head, question)].join('.');
  }

  /**
   * The question that a seal is for.
   * @throws RequestError for a seal of another caller or call, or one that this server did not make.
   */
  open(seal: string, question: Question): AskedQuestion {
    const [expiry = '', round = '', nonce = '', ofCall = '', ofContent = ''] = seal.slice(0, 500).split('.');
    const [call, content] = this.#proofs(`${expiry}.${round}.${nonce}`, question);
    if (!isEqual(ofCall, call))
      throw new RequestError(
        'The requestState is not one that this server gave for this call: call again without it, and the user is asked.',
      );
    return {
      isSame: isEqual(ofContent, content) && Date.now() < Number(expiry),
      round: Number(round),
      use: () => this.#use(nonce, Number(expiry)),
    };
  }

  #proofs(head: string, { owner, call, content }: Question): [string, string] {
    return [this.#proof([head, owner, call]), this.#proof([head, owner, call, content])];
  }

  #proof(parts: unknown): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts, inOrder)).digest('base64url');
  }

  #use(nonce: string, expiry: number): boolean {
    for (const [used, until] of this.#used) if (until < Date.now()) this.#used.delete(used);
    if (this.#used.has(nonce)) return false;
    this.#used.set(nonce, expiry);
    return true;
  }
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
