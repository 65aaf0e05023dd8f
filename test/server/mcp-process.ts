import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult, ClientCapabilities } from '@modelcontextprotocol/sdk/types.js';

export const SERVER = fileURLToPath(new URL('../../dist/server.cjs', import.meta.url));
/** Modules that it loads on demand. */
export const SERVER_PARTS = fileURLToPath(new URL('../../dist/server', import.meta.url));

/** A tool's answer, as a model reads it. */
export interface Answer {
  text: string;
  isError: boolean;
  result: CallToolResult;
}

/** The bundled server as a child process, behind the SDK's own client. */
export class McpServer {
  readonly client: Client;
  /** The server's stderr. */
  log = '';

  private constructor(client: Client) {
    this.client = client;
  }

  static async start(
    kubeconfig: string,
    args: readonly string[] = [],
    env: Record<string, string> = {},
    capabilities: ClientCapabilities = {},
    cwd?: string,
  ): Promise<McpServer> {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [SERVER, ...(kubeconfig ? ['--kubeconfig', kubeconfig] : []), ...args],
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
      stderr: 'pipe',
      ...(cwd === undefined ? {} : { cwd }),
    });
    const server = new McpServer(new Client({ name: 'Visual Studio Code', version: '1' }, { capabilities }));
    transport.stderr?.on('data', (chunk) => {
      server.log += chunk;
    });
    await server.client.connect(transport);
    return server;
  }

  /** Of the process. */
  get pid(): number {
    return (this.client.transport as StdioClientTransport).pid ?? 0;
  }

  /** Calls a tool; does not throw for tool errors. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<Answer> {
    const result = (await this.client.callTool({ name, arguments: args })) as CallToolResult;
    const text = result.content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n');
    return { text, isError: result.isError === true, result };
  }

  /** Calls a tool that must succeed; returns its text. */
  async text(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { text, isError } = await this.call(name, args);
    if (isError) throw new Error(`${name} failed: ${text}`);
    return text;
  }

  /** Calls a tool that must fail; returns its error text. */
  async error(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { text, isError } = await this.call(name, args);
    if (!isError) throw new Error(`${name} was to fail but answered: ${text}`);
    return text;
  }

  async tools(): Promise<string[]> {
    return (await this.client.listTools()).tools.map(({ name }) => name);
  }

  async stop(): Promise<void> {
    await this.client.close();
  }
}

/** A message as the server wrote it. */
export interface RawMessage {
  jsonrpc: string;
  /** Null in an error about what has no id that can be told. */
  id?: number | null;
  result?: { isError?: boolean; content?: { type: string; text: string }[] };
  error?: unknown;
}

const running = new Set<ChildProcess>();

// After a failed test, a leftover server would keep the run alive.
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** The bundled server without a client: lines in, bytes out. */
export class RawServer {
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';
  readonly exited: Promise<number | null>;
  readonly #heard = new EventEmitter().setMaxListeners(0);
  readonly #messages: RawMessage[] = [];
  #read = 0;

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    this.process = spawn(process.execPath, [SERVER, ...args], {
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
      stdio: 'pipe',
    });
    this.process.stdout?.setEncoding('utf8').on('data', (chunk) => {
      this.stdout += chunk;
      this.#heard.emit('change');
    });
    // Input left unread at exit is an error here; the exit itself says enough.
    this.process.stdin?.on('error', () => undefined);
    this.process.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    running.add(this.process);
    this.exited = once(this.process, 'exit').then(([code]) => {
      running.delete(this.process);
      this.#heard.emit('change');
      return code as number | null;
    });
  }

  send(message: unknown): void {
    this.process.stdin?.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  }

  initialize(protocolVersion = '2025-06-18'): void {
    const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
    this.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
    this.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  call(id: number, name: string, args: Record<string, unknown> = {}): void {
    this.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } });
  }

  /** Every message so far, also of batches. @throws if a line of stdout is none. */
  messages(): RawMessage[] {
    const end = this.stdout.lastIndexOf('\n') + 1;
    const lines = this.stdout.slice(this.#read, end).split('\n');
    this.#read = end;
    for (const line of lines) if (line !== '') this.#messages.push(...[JSON.parse(line)].flat());
    return this.#messages;
  }

  /** Waits for the answer with this id. */
  async answer(id: number): Promise<RawMessage> {
    for (;;) {
      const found = this.messages().findLast((message) => message.id === id);
      if (found) return found;
      if (this.process.exitCode !== null)
        throw new Error(`the server exited with ${this.process.exitCode}: ${this.stderr}`);
      await once(this.#heard, 'change');
    }
  }
}
