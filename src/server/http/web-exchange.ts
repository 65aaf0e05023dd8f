import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { takesStreams } from './accept.ts';
import { originOf } from './base/host-names.ts';
import { onceClosed } from './base/once-closed.ts';

/** Most calls are answered sooner, in milliseconds. */
const SOON_MS = 50;

const BOTH = 'application/json, text/event-stream';

/** The request as the SDK takes it; its body has been read. */
export function toWebRequest(request: IncomingMessage, { isBeginning = false, isLost = false } = {}): Request {
  const { method = '', url = '', headers } = request;
  const own = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) own.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  // The SDK insists on both forms of answer; which one is sent is decided here.
  if (method === 'POST') own.set('accept', BOTH);
  else if (method === 'GET' && (takesStreams(request) || /^\s*$|\*\/\*/.test(headers.accept ?? '')))
    own.set('accept', 'text/event-stream');
  // What is left of an earlier session.
  if (isBeginning) own.delete('mcp-session-id');
  if (isLost) own.delete('last-event-id');
  return new Request(new URL(url, originOf(request)), { method, headers: own });
}

/** A request as the client would send it. */
export function ownRequest(id?: string): Request {
  const headers = {
    accept: BOTH,
    'content-type': 'application/json',
    ...(id !== undefined && { 'mcp-session-id': id }),
  };
  return new Request('http://localhost/', { method: 'POST', headers });
}

/**
 * Sends an answer of the SDK's transport.
 * @param isSoon headers wait a moment for the first event, to leave with it.
 */
export async function sendAnswer(answer: Response, response: ServerResponse, isSoon = false): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (!isStream(answer) || !answer.body) {
    response.end(await answer.text());
    return;
  }
  if (isSoon) {
    const late = setTimeout(() => response.flushHeaders(), SOON_MS);
    onceClosed(response, () => clearTimeout(late));
  } else response.flushHeaders();
  // A client that disconnects ends its stream and nothing else.
  const reader = answer.body.getReader();
  onceClosed(response, () => void reader.cancel().catch(() => undefined));
  for (;;) {
    const { done, value } = await reader.read();
    if (done || response.destroyed) break;
    // What belongs together leaves together: each piece would cost the system, and the client, as much as all.
    const { socket } = response;
    socket?.cork();
    setImmediate(() => socket?.uncork());
    if (!response.write(value)) await writable(response);
  }
  response.end();
}

/** An event of a stream. */
export interface StreamEvent {
  id: string;
  message: JSONRPCMessage;
}

/** Sends the rest of a stream. That there is none ends the attempts of a client that reconnects until it is answered. */
export function sendRest(rest: readonly StreamEvent[], response: ServerResponse): void {
  if (rest.length === 0) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' });
  const event = ({ id, message }: StreamEvent) => `event: message\nid: ${id}\ndata: ${JSON.stringify(message)}\n\n`;
  response.end(rest.map(event).join(''));
}

/** Resolves when there is room again or the reader is gone. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.once('drain', go).once('close', go);
  });
}

/** Is this answer a stream of events? */
export function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true;
}
