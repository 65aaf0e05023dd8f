import assert from 'node:assert/strict';
import type { ApiClient } from '../../../../../src/kubernetes/client/client.ts';
import type { ApiRequest } from '../../../../../src/kubernetes/client/request.ts';
import { fetchFitting, type Query, rowsText } from '../../../../../src/server/tools/parts/resource-page.ts';
import { kind } from '../../../../support/api-resource.ts';

const LENGTH = 40_000;

/** An API server with objects of these names, which counts the objects that it sends. */
function serverOf(names: readonly string[]) {
  const sent = { objects: 0, requests: 0 };
  const json = async ({ query, accept }: ApiRequest) => {
    const start = Number(query?.continue ?? 0);
    const end = Math.min(start + Number(query?.limit ?? names.length), names.length);
    const some = names.slice(start, end);
    sent.objects += some.length;
    sent.requests += 1;
    const metadata =
      end < names.length ? { continue: String(end), remainingItemCount: names.length - end } : { continue: '' };
    const objects = some.map((name) => ({ metadata: { name, namespace: 'shop' } }));
    if (!accept) return { metadata, items: objects };
    const rows = objects.map((object) => ({ cells: [object.metadata.name], object }));
    return { metadata, columnDefinitions: [{ name: 'Name' }], rows };
  };
  return { client: { json } as unknown as ApiClient, sent };
}

function queryOf(client: ApiClient, output: Query['output']): Query {
  return {
    ...{ client, output, resource: kind('Pod'), namespace: undefined, namespaces: [], showsNamespace: false },
    ...{ selectors: { labelSelector: undefined, fieldSelector: undefined }, columns: [], selection: undefined },
    signal: new AbortController().signal,
  };
}

/** All pages of a list, as texts of lines. */
async function pagesOf(query: Query, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let token: string | undefined;
  do {
    const page = await fetchFitting(query, limit, token, LENGTH);
    assert.ok(page.entries.length === 1 || rowsText(page, LENGTH).length <= LENGTH);
    pages.push(page.entries);
    token = page.continue;
  } while (token);
  return pages;
}

const named = (count: number, length: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => `${String(index).padStart(4, '0')}-${'x'.repeat(length(index))}`);

const LISTS: Record<string, string[]> = {
  'short names': named(5_000, () => 3),
  'usual names': named(3_000, () => 60),
  'long names': named(1_000, () => 230),
  'names that grow': named(2_000, (index) => index / 10),
  'names that shrink': named(2_000, (index) => 200 - index / 10),
  'a few very long ones': named(2_000, (index) => (index % 97 === 0 ? 5_000 : 20)),
};

describe('a list that is too long for one answer', () => {
  for (const [what, names] of Object.entries(LISTS))
    for (const output of ['table', 'name', 'yaml'] as const)
      it(`of ${what} comes whole, page by page, as ${output}`, async () => {
        const { client } = serverOf(names);
        const pages = await pagesOf(queryOf(client, output), 5_000);
        const found = pages.flat().map((entry) => /\d+-x*/.exec(entry)?.[0]);
        assert.deepEqual(found, names);
      });

  it('fills its pages, and asks for little more than it shows', async () => {
    for (const what of ['short names', 'usual names', 'long names']) {
      const names = LISTS[what] ?? [];
      const { client, sent } = serverOf(names);
      const pages = await pagesOf(queryOf(client, 'table'), 5_000);
      for (const page of pages.slice(0, -1)) assert.ok(page.join('\n').length > 0.85 * LENGTH, what);
      assert.ok(sent.objects < 1.2 * names.length, `${what}: ${sent.objects}`);
      assert.ok(sent.requests <= 3 * pages.length, `${what}: ${sent.requests}`);
    }
  });

  it('has as many objects as were asked for, where they fit', async () => {
    for (const limit of [1, 3, 99, 100, 450]) {
      const { client } = serverOf(named(1_000, () => 60));
      const { entries, remaining } = await fetchFitting(queryOf(client, 'table'), limit, undefined, LENGTH);
      assert.deepEqual([entries.length, remaining], [limit, 1_000 - limit]);
    }
  });

  it('shows an object that is too long by itself', async () => {
    const { client } = serverOf(named(3, () => 50_000));
    const pages = await pagesOf(queryOf(client, 'table'), 100);
    assert.deepEqual(
      pages.map((page) => page.length),
      [1, 1, 1],
    );
  });
});
