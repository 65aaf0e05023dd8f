import type { Agent } from 'undici';

interface Message {
  id?: number;
  result?: { content?: { text?: string }[]; isError?: boolean };
  error?: { message: string };
}

/** A Streamable HTTP session without a client library, so little of the client is measured. */
export class HttpSession {
  readonly #agent: Agent;
  readonly #origin: string;
  #headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  #lastId = 0;

  private constructor(agent: Agent, origin: string) {
    this.#agent = agent;
    this.#origin = origin;
  }

  static async start(agent: Agent, origin: string): Promise<HttpSession> {
    const session = new HttpSession(agent, origin);
    const { headers } = await session.request('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'bench', version: '1' },
    });
    const id = headers['mcp-session-id'];
    session.#headers = {
      ...session.#headers,
      'mcp-protocol-version': '2025-06-18',
      ...(typeof id === 'string' && { 'mcp-session-id': id }),
    };
    await session.#send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return session;
  }

  /** Calls a tool that must succeed; returns its text. */
  async call(name: string, args: object): Promise<string> {
    const { text, isError } = await this.answer(name, args);
    if (isError) throw new Error(`${name} failed: ${text}`);
    return text;
  }

  /** Calls a tool; an error is an answer as well. */
  async answer(name: string, args: object): Promise<{ text: string; isError: boolean }> {
    const { result } = (await this.request('tools/call', { name, arguments: args })).message;
    const text = (result?.content ?? []).map((part) => part.text ?? '').join('\n');
    return { text, isError: !result || result.isError === true };
  }

  /** Opens the stream of the server's notifications; it ends with the agent. */
  async listen(): Promise<void> {
    const request = { origin: this.#origin, path: '/mcp', method: 'GET', headers: this.#headers } as const;
    const { body } = await this.#agent.request(request);
    body.on('error', () => {}).resume();
  }

  async end(): Promise<void> {
    const request = { origin: this.#origin, path: '/mcp', method: 'DELETE', headers: this.#headers } as const;
    const { body } = await this.#agent.request(request);
    await body.dump();
  }

  /** Sends a request and waits for its answer. */
  async request(method: string, params: object) {
    this.#lastId += 1;
    const { text, headers } = await this.#send({ jsonrpc: '2.0', id: this.#lastId, method, params });
    // In an event stream, the answer is the last event with data.
    const json = text.startsWith('{')
      ? text
      : (text
          .match(/^data: ?\{.*$/gm)
          ?.at(-1)
          ?.replace(/^data: ?/, '') ?? '{}');
    const message = JSON.parse(json) as Message;
    if (message.error) throw new Error(`${method}: ${message.error.message}`);
    return { message, headers };
  }

  async #send(message: object) {
    const { statusCode, headers, body } = await this.#agent.request({
      origin: this.#origin,
      path: '/mcp',
      method: 'POST',
      headers: this.#headers,
      body: JSON.stringify(message),
    });
    const text = await body.text();
    if (statusCode >= 400) throw new Error(`HTTP ${statusCode}: ${text}`);
    return { text, headers };
  }
}
