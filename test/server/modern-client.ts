import {
  Client,
  type ClientCapabilities,
  type ElicitRequest,
  type ElicitResult,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { SERVER } from './mcp-process.ts';

export const MODERN = '2026-07-28';

const clients = new Set<Client>();

afterEach(async () => {
  for (const client of clients) await client.close().catch(() => undefined);
  clients.clear();
});

export interface ModernOptions {
  capabilities?: ClientCapabilities;
  /** Answers questions, for which it also gets the capability. */
  decide?: (request: ElicitRequest) => ElicitResult;
  fetch?: typeof fetch;
}

/** Where a client connects: a URL, or the arguments of a server of its own. */
export type Place = string | readonly string[];

/** A client of version 2 of the SDK that speaks nothing but the newest revision. */
export async function modernClient(
  place: Place,
  { capabilities = {}, decide, fetch }: ModernOptions = {},
): Promise<Client> {
  const able = decide ? { ...capabilities, elicitation: { form: {} } } : capabilities;
  const client = new Client(
    { name: 'modern', version: '1' },
    { capabilities: able, versionNegotiation: { mode: { pin: MODERN } } },
  );
  if (decide) client.setRequestHandler('elicitation/create', (request) => decide(request));
  clients.add(client);
  await client.connect(
    typeof place === 'string'
      ? new StreamableHTTPClientTransport(new URL(place), fetch ? { fetch } : {})
      : new StdioClientTransport({
          command: process.execPath,
          args: [SERVER, ...place],
          env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent' },
          stderr: 'ignore',
        }),
  );
  return client;
}

/** The text of a tool's answer. */
export async function textOf(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  return content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n');
}

/** A modern request as it is sent. */
export function modernRequest(
  method: string,
  params: Record<string, unknown> = {},
  capabilities: ClientCapabilities = {},
): { jsonrpc: '2.0'; id: number; method: string; params: Record<string, unknown> } {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  };
  return { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } };
}

/** The headers that go with a modern request. */
export function modernHeaders(method: string, name?: string): Record<string, string> {
  return {
    'mcp-protocol-version': MODERN,
    'mcp-method': method,
    ...(name !== undefined && { 'mcp-name': name }),
  };
}
