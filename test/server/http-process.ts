import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult, ClientCapabilities } from '@modelcontextprotocol/sdk/types.js';
import { SERVER } from './mcp-process.ts';

/** A line of the server's log. */
export interface LogLine {
  level: string;
  message: string;
  [field: string]: unknown;
}

/** A client of an HTTP server. */
export interface HttpClient {
  client: Client;
  transport: StreamableHTTPClientTransport | SSEClientTransport;
  /** The text of a tool's answer, errors included. */
  call(name: string, args?: Record<string, unknown>): Promise<string>;
}

export interface ClientOptions {
  /** `sse`, or Streamable HTTP. */
  over?: 'sse' | 'streamable-http';
  token?: string | (() => string);
  capabilities?: ClientCapabilities;
  fetch?: typeof fetch;
}

/** Overrides for how the server starts. */
export interface Launch {
  /** The program and its leading arguments; by default Node and the bundle. */
  command?: readonly [program: string, ...args: string[]];
  cwd?: string;
  /** The user and group that run it. */
  uid?: number;
  gid?: number;
  /** The content of stdin, which then stays open. */
  input?: string;
}

const running = new Set<HttpServer>();
const clients = new Set<Client>();

// Cleans up after failed tests.
afterEach(async () => {
  for (const client of clients) await client.close().catch(() => undefined);
  clients.clear();
  for (const server of running) server.process.kill('SIGKILL');
});

/** The bundled server on a free port. */
export class HttpServer {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  stderr = '';
  /** The URLs that it announces. */
  urls: string[] = [];
  #origin = '';

  private constructor(args: readonly string[], env: Record<string, string>, launch: Launch) {
    const { command = [process.execPath, SERVER], input, ...how } = launch;
    const [program, ...first] = command;
    this.process = spawn(program, [...first, '--port', '0', ...args], {
      ...how,
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'inherit', 'pipe'],
    });
    this.process.stdin?.write(input);
    this.process.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    running.add(this);
    this.exited = once(this.process, 'exit').then(([code]) => {
      running.delete(this);
      return code as number | null;
    });
  }

  /** Starts it and waits until it listens; both transports unless the arguments say otherwise. */
  static async start(
    args: readonly string[],
    env: Record<string, string> = {},
    launch: Launch = {},
  ): Promise<HttpServer> {
    const transport = args.some((arg) => /^--transport(=|$)/.test(arg)) ? [] : ['--transport', 'streamable-http,sse'];
    const server = new HttpServer([...transport, ...args], env, launch);
    const { port, urls } = await server.logged(({ message }) => message === 'listening');
    const scheme = args.includes('--tls-cert-file') ? 'https' : 'http';
    server.#origin = `${scheme}://127.0.0.1:${port}`;
    server.urls = urls as string[];
    return server;
  }

  /** The log so far. */
  log(): LogLine[] {
    return this.stderr
      .replace(/[^\n]*$/, '')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  }

  /** Waits for a log line. */
  async logged(is: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const found = this.log().find(is);
      if (found) return found;
      await Promise.race([
        once(this.process.stderr as NonNullable<typeof this.process.stderr>, 'data'),
        this.exited.then((code) => Promise.reject(new Error(`the server exited with ${code}: ${this.stderr}`))),
      ]);
    }
  }

  /** `http://127.0.0.1:1234` plus a path. */
  url(path = ''): string {
    return this.#origin + path;
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** A client, connected. */
  connect(options?: ClientOptions): Promise<HttpClient> {
    return connectTo(this.#origin, options);
  }

  /** POSTs a JSON-RPC message as is. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return this.exited;
  }
}

/** A connected client of the server at an origin. */
export async function connectTo(
  origin: string,
  { over, token, capabilities = {}, fetch }: ClientOptions = {},
): Promise<HttpClient> {
  const authorized: typeof globalThis.fetch = (url, init) => {
    const headers = new Headers(init?.headers);
    if (token) headers.set('authorization', `Bearer ${typeof token === 'string' ? token : token()}`);
    return (fetch ?? globalThis.fetch)(url, { ...init, headers });
  };
  const transport =
    over === 'sse'
      ? new SSEClientTransport(new URL('/sse', origin), {
          fetch: authorized,
          eventSourceInit: { fetch: authorized },
        })
      : new StreamableHTTPClientTransport(new URL('/mcp', origin), { fetch: authorized });
  const client = new Client({ name: 'test', version: '1' }, { capabilities });
  clients.add(client);
  // The SDK's own types conflict under exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<Client['connect']>[0]);
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const { content } = (await client.callTool({ name, arguments: args })) as CallToolResult;
    return content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n');
  };
  return { client, transport, call };
}

/** A client's first message. */
export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};
