import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { type JSONRPCMessage, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';
import type { Plugin } from 'esbuild';
import { parseCommandLine } from '../src/server/command-line/options.ts';
import { remoteHelm } from '../src/server/core/helm-access.ts';
import { LivePermissions } from '../src/server/mcp/permissions.ts';
import { createServer } from '../src/server/mcp/server.ts';

/** Replaces `handshakes.ts` with what the server answers, so that a client has its answer before the server is loaded. */
export function recordedHandshakes(version: string): Plugin {
  return {
    name: 'handshakes',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]server[\\/]stdio[\\/]handshakes\.ts$/ }, async () => ({
        contents: `export const handshakes = ${JSON.stringify(await recordHandshakes(version))};`,
      }));
    },
  };
}

/** The server's answers to `initialize`, by the revision asked for; '' for one that it does not know. */
export async function recordHandshakes(version: string): Promise<Record<string, object>> {
  const answers = [...SUPPORTED_PROTOCOL_VERSIONS, ''].map(async (revision) => [
    revision,
    await answerTo(revision, version),
  ]);
  return Object.fromEntries(await Promise.all(answers));
}

async function answerTo(protocolVersion: string, version: string): Promise<JSONRPCMessage> {
  const [client, transport] = InMemoryTransport.createLinkedPair();
  const answered = Promise.withResolvers<JSONRPCMessage>();
  client.onmessage = answered.resolve;
  const options = parseCommandLine([], version);
  if ('code' in options) throw new Error(options.text);
  const { policy, review } = new LivePermissions(options.permissions);
  const others = { journal: undefined, prometheus: undefined, helm: remoteHelm(undefined), log: () => undefined };
  const contexts = () => Promise.reject(new Error('no cluster is asked'));
  const server = createServer({ version, policy, review, logging: true, ...others }, contexts);
  await server.connect(transport);
  await client.start();
  const params = { protocolVersion, capabilities: {}, clientInfo: { name: '', version: '' } };
  await client.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  const answer = await answered.promise;
  await server.close();
  return answer;
}
