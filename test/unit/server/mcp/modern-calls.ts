import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { GuardedServer } from '../../../../src/server/core/door.ts';
import { type LongCall, Tasks } from '../../../../src/server/mcp/tasks.ts';

/** When calls become tasks that may: never, or as soon as they are settled. */
export const FAST_OR_TASK = { 'a fast call': 60_000, 'a task': 0 };

interface ModernAnswer {
  resultType?: string;
  requestState?: string;
  [key: string]: unknown;
}

/** The answer to one call of a tool. */
export async function modernCall(
  work: (long: LongCall) => Promise<Record<string, unknown>>,
  longMs: number,
  { client = 'modern', ...input }: { client?: string; inputResponses?: object; requestState?: string | undefined } = {},
): Promise<ModernAnswer> {
  const server = new GuardedServer({ name: 'test', version: '1' }, { capabilities: { tools: {} } });
  const tasks = new Tasks(undefined, longMs);
  server.setRequestHandler(CallToolRequestSchema, (_, { signal }) =>
    tasks.run({ owner: '', signal, progress: () => undefined }, work),
  );
  const [mine, its] = InMemoryTransport.createLinkedPair();
  const { promise, resolve, reject } = Promise.withResolvers<ModernAnswer>();
  mine.onmessage = (message) => {
    if ('result' in message) resolve(message.result);
    else reject(new Error(JSON.stringify(message)));
  };
  await server.connect(its);
  await mine.start();
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    'io.modelcontextprotocol/clientInfo': { name: client, version: '1' },
  };
  await mine.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', _meta, ...input } });
  return promise;
}
