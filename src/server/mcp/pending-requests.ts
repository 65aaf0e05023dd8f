import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { RequestId } from '@modelcontextprotocol/sdk/types.js';

/** A client's unanswered requests. Create it before a server connects to the transport. */
export class PendingRequests {
  readonly #ids = new Set<RequestId>();

  /** @param settled called each time an answer has been sent. */
  constructor(transport: Transport, settled: () => void = () => undefined) {
    transport.onmessage = (message) => {
      if (!('method' in message)) return;
      if ('id' in message) this.#ids.add(message.id);
      // Cancelled requests get no answer.
      const { requestId } = (message.method === 'notifications/cancelled' && message.params) || {};
      if (requestId !== undefined) this.#ids.delete(requestId as RequestId);
    };
    const send = transport.send.bind(transport);
    transport.send = async (message, options) => {
      try {
        await send(message, options);
      } finally {
        if (!('method' in message) && message.id !== undefined) this.#ids.delete(message.id);
      }
      settled();
    };
  }

  has(id: RequestId): boolean {
    return this.#ids.has(id);
  }

  get size(): number {
    return this.#ids.size;
  }
}
