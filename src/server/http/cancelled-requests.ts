import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

/** The code for it of the Language Server Protocol; MCP has none. */
const CANCELLED = -32_800;

/**
 * Answers requests that are cancelled, too: over HTTP their response waits for all of its answers, and a client that
 * does not wait itself would be left with one that never ends. Call it before a server connects to the transport.
 */
export function answerCancelled(transport: Transport): void {
  const receive = transport.onmessage;
  transport.onmessage = (message, extra) => {
    receive?.(message, extra);
    const id = cancelledBy(message);
    if (id === undefined) return;
    const error = { code: CANCELLED, message: 'The request was cancelled.' };
    // Unless it has been answered already.
    void transport.send({ jsonrpc: '2.0', id, error }).catch(() => undefined);
  };
}

function cancelledBy(message: JSONRPCMessage): RequestId | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined;
  const id = message.params?.requestId;
  // The SDK goes on with a request whose id is 0 or ''.
  return id !== '' && id !== 0 && (typeof id === 'string' || typeof id === 'number') ? id : undefined;
}
