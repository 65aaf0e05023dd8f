import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { stdioChild } from './stdio-child.ts';

/** Lets an HTTP-only client of MCP 2026-07-28 talk to one stdio server: it relays messages and checks none. */
export class ModernStdioBridge {
  readonly #server: Server;
  readonly #child: StdioClientTransport;
  /** Unanswered requests, by the id that the child knows them by. */
  readonly #open = new Map<number, { id: unknown; response: ServerResponse }>();
  #count = 0;

  private constructor(child: StdioClientTransport) {
    this.#child = child;
    this.#server = createServer((request, response) => void this.#relay(request, response));
    child.onmessage = (message) => this.#tell(message);
  }

  static async start(args: readonly string[]): Promise<ModernStdioBridge> {
    const child = stdioChild(args);
    const bridge = new ModernStdioBridge(child);
    await child.start();
    await new Promise<void>((resolve) => bridge.#server.listen(0, '127.0.0.1', resolve));
    return bridge;
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}/mcp`;
  }

  async stop(): Promise<void> {
    await this.#child.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.writeHead(405).end();
      return;
    }
    const body = JSON.parse(await text(request)) as { id?: unknown };
    if (body.id === undefined) {
      await this.#child.send(body as JSONRPCMessage);
      response.writeHead(202).end();
      return;
    }
    this.#count += 1;
    const id = this.#count;
    this.#open.set(id, { id: body.id, response });
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    response.once('close', () => {
      const params = { requestId: id };
      if (this.#open.delete(id))
        void this.#child.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params }).catch(() => undefined);
    });
    await this.#child.send({ ...body, id } as JSONRPCMessage);
  }

  #tell(message: JSONRPCMessage): void {
    if ('method' in message) {
      // What is told while several are open concerns the one that it names, or else the latest.
      const meta = message.params?._meta as Record<string, unknown> | undefined;
      const named = meta?.['io.modelcontextprotocol/subscriptionId'];
      const open = this.#open.get(typeof named === 'number' ? named : Math.max(...this.#open.keys()));
      if (named !== undefined && meta && open) meta['io.modelcontextprotocol/subscriptionId'] = open.id;
      if (open) write(open.response, message);
      return;
    }
    const open = this.#open.get(Number(message.id));
    this.#open.delete(Number(message.id));
    if (!open) return;
    write(open.response, { ...message, id: open.id });
    open.response.end();
  }
}

function write(response: ServerResponse, message: object): void {
  response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
}
