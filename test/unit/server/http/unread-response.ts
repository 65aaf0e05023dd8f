import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { createHttpServer } from '../../../../src/server/http/listener.ts';

/** A request over a connection in memory, whose client reads nothing until it is told to. */
export interface UnreadResponse {
  request: IncomingMessage;
  response: ServerResponse;
  /** What the server logs as an error. */
  errors: readonly string[];
  /** Reads everything, from now on. */
  read(): void;
  /** What the client has been sent so far. */
  readonly sent: string;
}

/** @param accept what the client says that it reads. */
export async function unreadResponse(accept: string): Promise<UnreadResponse> {
  const errors: string[] = [];
  let sent = '';
  let isReading = false;
  let waiting: (() => void) | undefined;
  const connection = new Duplex({
    read: () => undefined,
    write: (piece: Buffer, _, done) => {
      sent += piece;
      if (isReading) done();
      else waiting = done;
    },
    highWaterMark: 1,
  });
  const server = createHttpServer((_, message) => errors.push(message));
  const asked = once(server, 'request');
  server.emit('connection', connection);
  connection.push(`POST /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nContent-Length: 0\r\n\r\n`);
  const [request, response] = (await asked) as [IncomingMessage, ServerResponse];
  assert.equal(response.closed, false);
  return {
    request,
    response,
    errors,
    read: () => {
      isReading = true;
      waiting?.();
    },
    get sent() {
      return sent;
    },
  };
}
