import assert from 'node:assert/strict';
import { kinds } from '../../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import type { ApiRequest } from '../../../../../src/kubernetes/client/request.ts';
import { getNodeLogs } from '../../../../../src/server/tools/read/get-node-logs.ts';

describe('the log of a node', () => {
  async function read(written: readonly string[], more: object = {}): Promise<string> {
    const client = {
      json: async () => ({ kind: 'Node', metadata: { name: 'n' } }),
      stream: async ({ query }: ApiRequest) =>
        (async function* () {
          yield Buffer.from(written.slice(-Number(query?.tailLines ?? Infinity)).join('\n'));
        })(),
    };
    const discovery = { resolve: async () => ({ ...kinds.nodes, kind: 'Node' }) };
    const given = { name: 'n', log: 'kubelet', tailLines: 100, ...more };
    const context = { connection: { client, discovery, context: { name: 'c' } }, signal: new AbortController().signal };
    const { text } = await getNodeLogs.run(given, context as unknown as Parameters<typeof getNodeLogs.run>[1]);
    return text.slice(0, text.indexOf('\n')).replace('kubelet of node n (context c): ', '');
  }
  const lines = Array.from({ length: 9 }, (_, index) => `${index % 2 ? 'odd' : 'even'} ${index}`);

  it('is told to be all of it, or how to get further', async () => {
    assert.equal(await read(lines), 'all 9 lines.');
    assert.equal(await read([]), 'no lines.');
    assert.equal(
      await read(lines, { tailLines: 9, log: 'a.log', since: '1h' }),
      'a.log of node n (context c): all 9 lines. since holds for services only.',
    );
    assert.equal(
      await read(lines, { tailLines: 4 }),
      'newest 4 lines; for older ones raise tailLines, or search with grep.',
    );
    assert.equal(await read(['x'.repeat(50_000)]), 'all 1 lines.');
    const long = Array.from({ length: 101 }, () => 'x'.repeat(3_000));
    const cut = 'newest 12 lines. Cut to the newest that fit: use grep or since.';
    assert.deepEqual([await read(long), await read(long, { tailLines: 200 })], [cut, cut]);
  });

  it('is searched no further than it is said', async () => {
    assert.equal(await read(lines, { grep: 'odd', since: '1h' }), '4 matching lines in all 9 lines of the last 1h.');
    assert.equal(
      await read(lines, { grep: 'odd', tailLines: 2 }),
      '2 matching lines in the newest 4 lines; raise tailLines for earlier matches.',
    );
    const many = Array.from({ length: 20_001 }, (_, index) => String(index));
    assert.equal(
      await read(many, { grep: '^x' }),
      '0 matching lines in the newest 20000 lines; what is older was not searched.',
    );
  });
});
