import { HttpError } from './http-error.ts';

/** Seconds of allowance that a client may save up: after a restart hundreds may reconnect from one address. */
const BURST = 10;

interface Allowance {
  left: number;
  since: number;
  atOnce: number;
}

/** Keeps one client from starving the others: limits how often it asks and how many answers it has open. */
export class Limiter {
  readonly #rate: number;
  readonly #atOnce: number;
  readonly #clients = new Map<string, Allowance>();

  /**
   * @param rate messages per second and client; 0 for no limit.
   * @param atOnce answers that one client may have pending or unread at once; 0 for no limit.
   */
  constructor(rate: number, atOnce = 100) {
    this.#rate = rate;
    this.#atOnce = atOnce;
  }

  /**
   * Admits a request.
   * @returns a function to call when it has been answered.
   * @throws HttpError 429 when over the limit.
   */
  take(client: string): () => void {
    const allowance = this.#refill(client);
    if (this.#atOnce > 0 && allowance.atOnce >= this.#atOnce)
      throw tooMany(`Too many requests: at most ${this.#atOnce} of one client may be under way.`, 1);
    this.count(client, 1);
    allowance.atOnce += 1;
    return () => {
      allowance.atOnce -= 1;
    };
  }

  /**
   * Counts so many messages of a client.
   * @throws HttpError 429 when over the limit.
   */
  count(client: string, messages: number): void {
    const allowance = this.#refill(client);
    if (this.#rate > 0 && allowance.left < messages)
      throw tooMany(
        `Too many requests: at most ${this.#rate} a second are taken.`,
        (messages - allowance.left) / this.#rate,
      );
    allowance.left -= messages;
  }

  /** Forgets clients that have been idle for a while. */
  sweep(): void {
    for (const client of this.#clients.keys()) {
      const { left, atOnce } = this.#refill(client);
      if (atOnce === 0 && (this.#rate === 0 || left >= this.#rate * BURST)) this.#clients.delete(client);
    }
  }

  #refill(client: string): Allowance {
    const now = performance.now();
    const most = this.#rate * BURST;
    const allowance = this.#clients.get(client) ?? { left: most, since: now, atOnce: 0 };
    allowance.left = Math.min(most, allowance.left + ((now - allowance.since) / 1000) * this.#rate);
    allowance.since = now;
    this.#clients.set(client, allowance);
    return allowance;
  }
}

function tooMany(message: string, seconds: number): HttpError {
  return new HttpError(429, message, { 'retry-after': String(Math.max(1, Math.ceil(seconds))) });
}
