import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { RequestId } from '@modelcontextprotocol/sdk/types.js';

/** The requests of a client that have no answer yet. Has to be made before a server connects to the transport. */
export class PendingRequests {
  readonly #ids = new Set<RequestId>();

  /** @param settled told after each answer when it is out. */
  constructor(transport: Transport, settled: () => void = () => undefined) {
    transport.onmessage = (message) => {
      if (!('method' in message)) return;
      if ('id' in message) this.#ids.add(message.id);
      // What was cancelled gets no answer.
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

  get size(): number {
    return this.#ids.size;
  }
}
