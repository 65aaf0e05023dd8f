import assert from 'node:assert/strict';
import { type ObjectPage, objectPages } from '../../../../src/extension/browse/object-pages.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';

const pods = { group: '', version: 'v1', name: 'pods', namespaced: true };
const nodes = { group: '', version: 'v1', name: 'nodes', namespaced: false };
const columnDefinitions = [
  { name: 'Name' },
  { name: 'Ready' },
  { name: 'Status' },
  { name: 'Restarts' },
  { name: 'Age' },
  { name: 'IP', priority: 1 },
];

async function pagesOf(answers: unknown[], resource: typeof pods, namespace?: string) {
  const requests: ApiRequest[] = [];
  const client = {
    json: async <T>(request: ApiRequest) => {
      requests.push(request);
      return answers.shift() as T;
    },
  };
  const pages: ObjectPage[] = [];
  for await (const page of objectPages(client, resource, namespace, new AbortController().signal)) pages.push(page);
  return { pages, requests };
}

describe('pages of objects', () => {
  it('follow one another, the first one small', async () => {
    const row = (name: string) => ({ cells: [name, '1/1', 'Running', 0, '5d', '10.0.0.1'] });
    const { pages, requests } = await pagesOf(
      [
        { metadata: { continue: 'next', remainingItemCount: 1 }, columnDefinitions, rows: [row('a')] },
        { metadata: {}, columnDefinitions, rows: [row('b')] },
      ],
      pods,
      'shop',
    );
    assert.deepEqual(pages, [
      { objects: [{ name: 'a', namespace: 'shop', summary: '1/1 · Running · 0 restarts · 5d' }], remaining: 1 },
      { objects: [{ name: 'b', namespace: 'shop', summary: '1/1 · Running · 0 restarts · 5d' }], remaining: 0 },
    ]);
    const limits = requests.map(({ path, query }) => [path, query?.continue, query?.includeObject]);
    assert.deepEqual(limits, [
      ['/api/v1/namespaces/shop/pods', undefined, 'None'],
      ['/api/v1/namespaces/shop/pods', 'next', 'None'],
    ]);
    assert.ok(Number(requests[0]?.query?.limit) < Number(requests[1]?.query?.limit));
  });

  it('ask for metadata only where it tells namespaces apart', async () => {
    const rows = [{ cells: ['a'], object: { metadata: { name: 'a', namespace: 'n' } } }];
    const all = await pagesOf([{ columnDefinitions, rows }], pods);
    assert.equal(all.requests[0]?.query?.includeObject, 'Metadata');
    assert.equal(all.pages[0]?.objects[0]?.namespace, 'n');
    const cluster = await pagesOf([{ columnDefinitions, rows: [{ cells: ['a'] }] }], nodes);
    assert.equal(cluster.requests[0]?.query?.includeObject, 'None');
    assert.equal(cluster.pages[0]?.objects[0]?.namespace, undefined);
  });

  it('leave out of the summary what says nothing', async () => {
    const rows = [{ cells: ['a', '<none>', null, '3 (5m ago)', '', 'x'] }];
    const { pages } = await pagesOf([{ columnDefinitions, rows }], pods, 'n');
    assert.equal(pages[0]?.objects[0]?.summary, '3 restarts (5m ago)');
  });

  it('find the name wherever its column is', async () => {
    const events = [{ name: 'Last Seen' }, { name: 'Reason' }, { name: 'Name', priority: 1 }];
    const { pages } = await pagesOf(
      [{ columnDefinitions: events, rows: [{ cells: ['5m', 'Failed', 'web.1'] }] }],
      pods,
      'n',
    );
    assert.deepEqual(pages[0]?.objects[0], { name: 'web.1', namespace: 'n', summary: '5m · Failed' });
  });

  it('may be lists of servers that know no tables, even null', async () => {
    const { pages } = await pagesOf([{ items: [{ metadata: { name: 'a', namespace: 'n' } }] }], pods);
    assert.deepEqual(pages[0]?.objects, [{ name: 'a', namespace: 'n', summary: '' }]);
    assert.deepEqual((await pagesOf([{ items: null }], pods)).pages[0]?.objects, []);
  });
});
