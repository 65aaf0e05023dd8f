import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How to start a server. */
export interface Command {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd?: string;
}

/** A tool's answer. */
export interface Answer {
  text: string;
  /** Of the whole message on the wire. */
  bytes: number;
}

interface Message {
  id?: number;
  method?: string;
  result?: { content?: { type: string; text?: string }[]; isError?: boolean; tools?: unknown[] };
  error?: { message: string };
}

interface Waiting {
  resolve(message: Message & { bytes: number }): void;
  reject(error: Error): void;
}

const NEWLINE = 10;

/** A server as a child process, driven with raw lines so no client library is measured. */
export class Session {
  /** Told the method of every notification. */
  onNotification: (method: string) => void = () => {};
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #parts: Buffer[] = [];
  #lastId = 0;
  #log = '';
  readonly #ended: Promise<unknown>;

  private constructor({ command, args, ...options }: Command) {
    this.#child = spawn(command, args, { ...options, stdio: 'pipe', windowsHide: true });
    this.#ended = once(this.#child, 'close');
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#log = (this.#log + chunk).slice(-2_000);
    });
    this.#child.stdin?.on('error', () => {});
    const lost = (why: string) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${command} ${why}: ${this.#log}`));
      this.#waiting.clear();
    };
    this.#child.once('error', (error) => lost(error.message));
    this.#child.once('close', (code) => lost(`ended with ${code}`));
  }

  /** Spawns the server and waits for its `initialize` answer. */
  static async start(command: Command): Promise<Session> {
    const session = new Session(command);
    try {
      await session.request('initialize', {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'bench', version: '1' },
      });
      session.#write({ method: 'notifications/initialized' });
      return session;
    } catch (error) {
      await session.stop();
      throw error;
    }
  }

  /** The server's process id. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends a request and waits for its answer. */
  async request(method: string, params: object = {}): Promise<Message & { bytes: number }> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<Message & { bytes: number }>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    this.#write({ id, method, params });
    const message = await answer;
    if (message.error) throw new Error(`${method}: ${message.error.message}`);
    return message;
  }

  /** Calls a tool that must succeed. */
  async call(name: string, args: object): Promise<Answer> {
    const { isError, ...answer } = await this.answer(name, args);
    if (isError) throw new Error(`${name} failed: ${answer.text}`);
    return answer;
  }

  /** Calls a tool; an error is an answer as well. */
  async answer(name: string, args: object): Promise<Answer & { isError: boolean }> {
    const { result, bytes } = await this.request('tools/call', { name, arguments: args });
    const text = (result?.content ?? []).map((part) => part.text ?? '').join('\n');
    return { text, bytes, isError: result?.isError === true };
  }

  /** Closes stdin, as clients do; kills the server if it does not exit. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 3_000);
    await this.#ended;
    clearTimeout(timer);
  }

  #write(message: object): void {
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  #receive(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      this.#parts.push(rest.subarray(0, end));
      const line = Buffer.concat(this.#parts);
      this.#parts = [];
      rest = rest.subarray(end + 1);
      const message = JSON.parse(line.toString()) as Message;
      if (message.id === undefined) {
        this.onNotification(message.method ?? '');
        continue;
      }
      this.#waiting.get(message.id)?.resolve({ ...message, bytes: line.length });
      this.#waiting.delete(message.id);
    }
    if (rest.length > 0) this.#parts.push(rest);
  }
}
