import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';
import { stdioChild } from './stdio-child.ts';

/** Lets an HTTP-only client talk to stdio servers, one process per session; it only relays messages. */
export class StdioBridge {
  readonly #server: Server;
  readonly #sessions = new Map<string, StreamableHTTPServerTransport>();
  readonly #children: StdioClientTransport[] = [];

  private constructor(args: readonly string[]) {
    this.#server = createServer(async (request, response) => {
      const id = request.headers['mcp-session-id'];
      const transport = typeof id === 'string' ? this.#sessions.get(id) : await this.#begin(args);
      if (transport) await transport.handleRequest(request, response);
      else response.writeHead(404).end();
    });
  }

  static async start(args: readonly string[]): Promise<StdioBridge> {
    const bridge = new StdioBridge(args);
    await new Promise<void>((resolve) => bridge.#server.listen(0, '127.0.0.1', resolve));
    return bridge;
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}/mcp`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.close()));
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #begin(args: readonly string[]): Promise<StreamableHTTPServerTransport> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void this.#sessions.set(id, transport),
      onsessionclosed: (id) => void this.#sessions.delete(id),
    });
    const child = stdioChild(args);
    this.#children.push(child);
    // What a server sends while handling a request goes out on that request's stream.
    let current: RequestId | undefined;
    transport.onmessage = (message: JSONRPCMessage) => {
      if ('method' in message && 'id' in message) current = message.id;
      void child.send(message);
    };
    child.onmessage = (message) =>
      void transport
        .send(message, 'method' in message && current !== undefined ? { relatedRequestId: current } : {})
        .catch(() => undefined);
    await child.start();
    return transport;
  }
}
