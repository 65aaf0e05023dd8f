import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { EmptyResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { parseCommandLine } from '../../../../src/server/command-line/options.ts';
import { remoteHelm } from '../../../../src/server/core/helm-access.ts';
import { LivePermissions } from '../../../../src/server/mcp/permissions.ts';
import { createServer } from '../../../../src/server/mcp/server.ts';
import type { ServerOptions } from '../../../../src/server/mcp/server-options.ts';

/** A client of a server without a cluster. */
async function connected(given: Pick<ServerOptions, 'logging' | 'tellsLater'> = {}): Promise<Client> {
  const options = parseCommandLine([], '1');
  assert.ok('permissions' in options);
  const { policy, review } = new LivePermissions(options.permissions);
  const others = { journal: undefined, prometheus: undefined, helm: remoteHelm(undefined), log: () => undefined };
  const server = createServer({ version: '1', policy, review, ...others, ...given }, () =>
    Promise.reject(new Error('There is no cluster.')),
  );
  const client = new Client({ name: 'test', version: '1' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(near);
  await client.connect(far);
  return client;
}

describe('what the server promises', () => {
  it('includes its log only where the client is sent it', async () => {
    for (const tellsLater of [true, false])
      for (const logging of [true, undefined]) {
        const client = await connected({ tellsLater, ...(logging && { logging }) });
        assert.deepEqual(client.getServerCapabilities()?.logging, logging && {});
        const setLevel = client.request({ method: 'logging/setLevel', params: { level: 'error' } }, EmptyResultSchema);
        if (logging) assert.deepEqual(await setLevel, {});
        else await assert.rejects(setLevel, { code: -32_601 });
        await client.close();
      }
  });
});

describe('a list of the server', () => {
  it('has no page but its first', async () => {
    const client = await connected();
    for (const method of ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list']) {
      const ask = (cursor: string) => client.request({ method, params: { cursor } }, EmptyResultSchema.loose());
      await assert.rejects(ask('nonsense'), { code: -32_602, message: /no such cursor/ }, method);
      // Some clients send an empty one with the first request.
      const answer = await ask('').catch((error: Error) => error.message);
      assert.doesNotMatch(JSON.stringify(answer), /cursor/);
    }
    await client.close();
  });
});
