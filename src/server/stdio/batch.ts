import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

/** The only revision of MCP with batches that a client may ask for: servers have to receive them. */
export const BATCH_REVISION = '2025-03-26';

/** Messages that came together; their answers leave together, too (JSON-RPC 2.0, section 6). */
export class Batch {
  /** The requests without an answer. */
  readonly #open: RequestId[];
  readonly #answers: object[];

  /** @param answers what is answered already. */
  constructor(messages: readonly JSONRPCMessage[], answers: readonly object[]) {
    this.#open = messages.flatMap((message) => ('method' in message && 'id' in message ? message.id : []));
    this.#answers = [...answers];
  }

  /** Keeps the answer to one of its requests, if it is one. */
  answer(id: RequestId, answer: object): boolean {
    if (!this.cancel(id)) return false;
    this.#answers.push(answer);
    return true;
  }

  /** Waits no longer for an answer to this request, if it is one of its own: the cancelled get none. */
  cancel(id: unknown): boolean {
    const at = this.#open.indexOf(id as RequestId);
    if (at >= 0) this.#open.splice(at, 1);
    return at >= 0;
  }

  /** All answers, once they are there. */
  get answers(): readonly object[] | undefined {
    return this.#open.length === 0 ? this.#answers : undefined;
  }
}
