import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ApiResource } from '../../../../../src/kubernetes/apimachinery/api-resource.ts';
import { ApiError } from '../../../../../src/kubernetes/apimachinery/errors.ts';
import { TABLE_TYPE } from '../../../../../src/kubernetes/apimachinery/media-types.ts';
import type { ApiRequest } from '../../../../../src/kubernetes/client/request.ts';
import { toResult } from '../../../../../src/server/core/response.ts';
import type { ToolAnswer, ToolContext } from '../../../../../src/server/core/tool.ts';
import { listResources } from '../../../../../src/server/tools/read/list-resources.ts';
import { kind } from '../../../../support/api-resource.ts';

const EKS = (name: string) => `arn:aws:eks:eu-west-1:123456789012:cluster/${name}`;
const DEFAULTS = { limit: 100, output: 'table' };

/** A cluster with pods of these names; what is listed of kinds named `Closed…` is forbidden. */
function clusterOf(names: readonly string[], served: readonly ApiResource[] = []): ToolContext {
  const json = async ({ path, query, accept }: ApiRequest) => {
    if (path.includes('closed')) throw new ApiError(403, 'Forbidden', 'forbidden');
    const start = Number(query?.continue ?? 0);
    const end = Math.min(start + Number(query?.limit ?? names.length), names.length);
    // A real token is about as long.
    const token = String(end).padStart(150, '0');
    const metadata = end < names.length ? { continue: token, remainingItemCount: names.length - end } : {};
    const items = names.slice(start, end).map((name) => ({ metadata: { name, namespace: 'shop', uid: path + name } }));
    if (accept !== TABLE_TYPE) return { metadata, items };
    const rows = items.map((object) => ({ cells: [object.metadata.name], object }));
    return { metadata, columnDefinitions: [{ name: 'Name' }], rows };
  };
  const discovery = { resolve: async () => kind('Pod'), kinds: async () => ({ resources: served, missing: [] }) };
  const client = { json, send: async () => undefined };
  const connection = { client, discovery, namespace: 'shop', allowedNamespaces: [] };
  const signal = new AbortController().signal;
  return { connection, signal, progress: () => undefined } as unknown as ToolContext;
}

const textOf = (answer: ToolAnswer | undefined) => {
  assert.ok(answer);
  const [content] = toResult(answer).content;
  assert.ok(content?.type === 'text');
  return content.text;
};

/** What a client reads of a list in these contexts, of which `lost` cannot be reached. */
async function listed(contexts: readonly string[], cluster: ToolContext, input: object): Promise<string> {
  const connect = async (context: string) => {
    if (context.includes('lost')) throw new Error('no route');
    return cluster;
  };
  return textOf(await listResources.runInContexts?.({ kind: 'po', ...DEFAULTS, ...input }, contexts, connect));
}

const named = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `${String(index).padStart(4, '0')}-${'x'.repeat(length)}`);
const contextsOf = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`).concat(`${prefix}lost`);

describe('a list in several contexts', () => {
  it('has the rows that its heads count, of each of them, and names those that it lacks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 49 }),
        fc.constantFrom('c', EKS('production-')),
        fc.integer({ min: 0, max: 230 }),
        fc.constantFrom('table', 'name', 'yaml'),
        async (count, prefix, length, output) => {
          const contexts = contextsOf(count, prefix);
          const text = await listed(contexts, clusterOf(named(300, length)), { output });
          assert.ok(text.startsWith(`Not read: ${prefix}lost (no route)\n\n`), text.slice(0, 200));
          const lines = text.split('\n');
          for (const context of contexts.slice(0, -1)) {
            const head = lines.find((line) => line.startsWith(`${context}: `));
            const rows = lines.filter((line) => line.startsWith(`${context}\t`) || line === `# context ${context}`);
            const [, shown = '', more] =
              /: (\d+) of 300 pods .* (\d+) more: call again with this context alone\.$/.exec(head ?? '') ?? [];
            assert.ok(rows.length > 0, context);
            assert.deepEqual([Number(shown), Number(more)], [rows.length, 300 - rows.length]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('cuts an object that is too long, and none of another context', async () => {
    const contexts = contextsOf(10, 'c');
    const text = await listed(contexts, clusterOf(named(3, 50_000)), { output: 'name' });
    for (const context of contexts.slice(0, -1))
      assert.match(text, new RegExp(`^${context}\\tshop/0000-x+\\n… cut: `, 'm'));
  });

  it('has the counts of each of them, as many as fit', async () => {
    for (const count of [3, 49]) {
      const contexts = contextsOf(count, EKS('production-'));
      const cluster = clusterOf(named(500, 60));
      const text = await listed(contexts, cluster, { groupBy: ['.metadata.name'], limit: 5_000 });
      assert.match(text, /^Not read: \S+lost \(no route\)\n\n/);
      const blocks = text.split('\n\n').slice(1);
      assert.equal(blocks.length, count);
      for (const block of blocks) {
        const [, , , ...rows] = block.split('\n');
        const [, hidden = ''] = /^(\d+) smaller groups are not shown: count one kind/.exec(rows.pop() ?? '') ?? [];
        assert.ok(rows.length > 0);
        assert.equal(rows.length + Number(hidden), 500);
      }
    }
  });
});

describe('a list of several kinds', () => {
  it('says of each where it goes on', async () => {
    const kinds = Array.from({ length: 25 }, () => 'po').join();
    const text = textOf(await listResources.run({ kind: kinds, ...DEFAULTS }, clusterOf(named(300, 30))));
    assert.equal(text.match(/^\d+ more: call again with continue="0+\d+"$/gm)?.length, 25);
  });
});

describe('a list of all kinds', () => {
  it('names the kinds that it could not read, however much it found', async () => {
    const served = [
      ...Array.from({ length: 40 }, (_, index) => kind(`Open${index}x`)),
      ...Array.from({ length: 400 }, (_, index) => kind(`Closed${index}x`)),
    ];
    const input = { kind: 'all', namespace: 'shop', ...DEFAULTS };
    const text = textOf(await listResources.run(input, clusterOf(named(20, 100), served)));
    assert.match(text, /^800 objects of 40 kinds/);
    assert.match(text, /\n… cut: .*\nNot read: closed0xs, .*, closed399xs \(forbidden\)$/);
    const contexts = contextsOf(49, 'c'.repeat(500));
    const all = await listed(contexts, clusterOf(named(20, 100), served), { ...input, labelSelector: 'a=b' });
    for (const context of contexts.slice(0, -1))
      assert.match(all, new RegExp(`\n\nContext ${context}:\n800 objects [^]*?\nNot read: closed0xs,`));
  });
});
