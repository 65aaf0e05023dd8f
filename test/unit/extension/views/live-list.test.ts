import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { LiveList } from '../../../../src/extension/views/live-list.ts';
import { ApiError, ConnectionLostError, UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { soon } from '../../../support/until.ts';

const configMaps = {
  ...{ group: '', version: 'v1', kind: 'ConfigMap', name: 'configmaps', singularName: 'configmap', shortNames: ['cm'] },
  ...{ namespaced: true, verbs: ['get', 'list', 'watch'], subresources: [] },
};

interface Page {
  continue?: string;
  remaining?: number;
}

function page(names: readonly string[], { continue: token, remaining }: Page = {}): object {
  return {
    kind: 'Table',
    metadata: { resourceVersion: '10', continue: token, remainingItemCount: remaining },
    columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }],
    rows: names.map((name) => rowOf(name, 1)),
  };
}

function rowOf(name: string, data: number): object {
  return { cells: [name, data, '5m'], object: { metadata: { name } } };
}

/** One watch connection: the server's events, and how it ends. */
class Watch {
  readonly query: ApiRequest['query'];
  readonly #pieces: Buffer[] = [];
  #end: { error: Error | undefined } | undefined;
  #wake = Promise.withResolvers<void>();
  #version = 10;

  constructor({ query, signal }: ApiRequest) {
    this.query = query;
    signal?.addEventListener('abort', () => this.breakOff(new Error('aborted')));
  }

  send(type: string, name: string, data = 1): void {
    this.#version += 1;
    const object = { kind: 'Table', metadata: { resourceVersion: String(this.#version) }, rows: [rowOf(name, data)] };
    this.#pieces.push(Buffer.from(`${JSON.stringify({ type, object })}\n`));
    this.#wake.resolve();
  }

  fail(code: number): void {
    const object = { kind: 'Status', code, reason: '', message: 'told so' };
    this.#pieces.push(Buffer.from(`${JSON.stringify({ type: 'ERROR', object })}\n`));
    this.#wake.resolve();
  }

  breakOff(error?: Error): void {
    this.#end = { error };
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece) yield piece;
      else if (this.#end?.error) throw this.#end.error;
      else if (this.#end) return;
      else {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
    }
  }
}

/** A list over a server that answers with these pages in order; an Error is thrown. */
function listOver(answers: (object | Error)[], filter = '') {
  const requests: ApiRequest[] = [];
  const watches: Watch[] = [];
  const changes: (string | undefined)[] = [];
  const client = {
    json: async <T>(request: ApiRequest): Promise<T> => {
      requests.push(request);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      // A server that never answers.
      if (!answer) await new Promise((_, reject) => request.signal?.addEventListener('abort', reject));
      return answer as T;
    },
    stream: async (request: ApiRequest) => {
      const watch = new Watch(request);
      watches.push(watch);
      return watch;
    },
  };
  const onChange = (name: string | undefined) => void changes.push(name);
  const list = new LiveList({ client, resource: configMaps, namespace: 'shop', filter, onChange });
  return { list, requests, watches, changes };
}

const names = (list: LiveList) => list.rows.map(({ name }) => name);

describe('a live list', () => {
  it('has the rows in the order of their names, without their ages, and follows what comes, changes and goes', async () => {
    const { list, watches, changes } = listOver([page(['b', 'd'])]);
    list.start();
    await list.ready;
    assert.deepEqual(names(list), ['b', 'd']);
    assert.equal(list.row('b')?.summary, '1 data');
    assert.equal(list.total, 2);
    await soon(() => watches.length === 1);
    assert.equal(watches[0]?.query?.resourceVersion, '10');
    assert.deepEqual(changes.splice(0), [undefined]);
    watches[0]?.send('ADDED', 'c');
    watches[0]?.send('ADDED', 'a');
    watches[0]?.send('MODIFIED', 'b', 7);
    watches[0]?.send('DELETED', 'd');
    await soon(() => changes.length === 4);
    assert.deepEqual(names(list), ['a', 'b', 'c']);
    assert.equal(list.row('b')?.summary, '7 data');
    assert.equal(list.total, 3);
    assert.deepEqual(changes, [undefined, undefined, 'b', undefined], 'a changed row moves nothing else');
    list.stop();
  });

  it('goes on where it was when the server breaks off', async () => {
    const { list, watches, requests } = listOver([page(['a'])]);
    list.start();
    await soon(() => watches.length === 1);
    watches[0]?.send('ADDED', 'b');
    watches[0]?.breakOff();
    await soon(() => watches.length === 2);
    watches[1]?.breakOff(new ConnectionLostError('gone'));
    await soon(() => watches.length === 3);
    watches[2]?.send('DELETED', 'a');
    await soon(() => names(list).join() === 'b');
    assert.deepEqual(
      watches.map(({ query }) => query?.resourceVersion),
      ['10', '11', '11'],
    );
    assert.equal(requests.length, 1, 'it is not listed again');
    list.stop();
  });

  it('is read again when its version has expired', async () => {
    const { list, watches, requests } = listOver([page(['a', 'b']), page(['b', 'c'])]);
    list.start();
    await soon(() => watches.length === 1);
    watches[0]?.fail(410);
    await soon(() => watches.length === 2);
    assert.deepEqual(names(list), ['b', 'c']);
    assert.equal(requests.length, 2);
    list.stop();
  });

  it('has what fits the filter, from all pages, and leaves out what comes and does not fit', async () => {
    const { list, watches, requests } = listOver(
      [page(['api', 'pay-1'], { continue: 'next', remaining: 2 }), page(['pay-2', 'web'])],
      'pay',
    );
    list.start();
    await list.ready;
    assert.deepEqual(names(list), ['pay-1', 'pay-2']);
    assert.equal(list.total, 4);
    assert.equal(list.hasMore, false);
    assert.deepEqual(
      requests.map(({ query }) => query?.continue),
      [undefined, 'next'],
    );
    await soon(() => watches.length === 1);
    watches[0]?.send('ADDED', 'cart');
    watches[0]?.send('ADDED', 'repay');
    await soon(() => list.total === 6);
    assert.deepEqual(names(list), ['pay-1', 'pay-2', 'repay']);
    list.stop();
  });

  it('shows the first ones of many, counts the others, and reads more when it is asked to', async () => {
    const first = Array.from({ length: 200 }, (_, index) => `m-${1000 + index}`);
    const { list, watches, requests } = listOver([
      page(first, { continue: 'next', remaining: 3 }),
      page([...first, 'n', 'x', 'z']),
    ]);
    list.start();
    await list.ready;
    assert.deepEqual([list.rows.length, list.hasMore, list.total], [200, true, 203]);
    await soon(() => watches.length === 1);
    // Past the end of the shown rows they are only counted.
    watches[0]?.send('ADDED', 'x');
    watches[0]?.send('ADDED', 'y');
    watches[0]?.send('DELETED', 'z');
    watches[0]?.send('ADDED', 'a');
    await soon(() => list.row('a') !== undefined);
    assert.deepEqual([list.rows.length, names(list)[0], list.total], [201, 'a', 205]);
    list.showMore();
    await list.ready;
    assert.deepEqual([list.rows.length, names(list).at(-1), list.hasMore, list.total], [203, 'z', false, 203]);
    assert.deepEqual(
      requests.map(({ query }) => query?.limit),
      [200, 1200],
    );
    list.stop();
  });

  it('read large numbers in pages, however many are shown', async () => {
    const numbered = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => `a${String(from + index).padStart(5, '0')}`);
    const { list, requests } = listOver([
      page(numbered(0, 200), { continue: 'x', remaining: 9_800 }),
      page(numbered(0, 1_200), { continue: 'x', remaining: 8_800 }),
      page(numbered(0, 1_200), { continue: 'x', remaining: 8_800 }),
      page(numbered(1_200, 1_000), { continue: 'y', remaining: 7_800 }),
    ]);
    list.start();
    await list.ready;
    for (const size of [1_200, 2_200]) {
      list.showMore();
      await list.ready;
      assert.deepEqual([list.size, list.hasMore, list.total], [size, true, 10_000]);
    }
    assert.deepEqual(
      requests.map(({ query }) => query?.limit),
      [200, 1_200, 1_200, 1_000],
    );
    list.stop();
  });

  it('that cannot be read says why, and asks again only after it was stopped', async () => {
    const problem = new UserError('the connection was refused');
    const { list, requests, changes } = listOver([problem, page(['a'])]);
    list.start();
    await list.ready;
    assert.equal(list.problem, problem);
    assert.equal(changes.length, 1);
    // Showing the problem requests the rows.
    list.start();
    await setImmediate();
    assert.equal(requests.length, 1);
    list.stop();
    list.start();
    await list.ready;
    assert.equal(list.problem, undefined);
    assert.deepEqual(names(list), ['a']);
    list.stop();
  });

  it('says so when the cluster refuses it later', async () => {
    const { list, watches } = listOver([page(['a']), new ApiError(403, 'Forbidden', 'no more')]);
    list.start();
    await soon(() => watches.length === 1);
    watches[0]?.fail(410);
    await soon(() => list.problem !== undefined);
    assert.match(String(list.problem), /no more/);
    assert.deepEqual(names(list), []);
  });

  it('lets nobody wait for what is called off', async () => {
    const { list } = listOver([]);
    list.start();
    const waiting = list.ready;
    list.stop();
    await waiting;
    assert.deepEqual(names(list), []);
  });

  it('keeps its rows while nobody follows them, and counts none', async () => {
    const { list, watches } = listOver([page(['a']), page(['b'])]);
    list.start();
    await soon(() => watches.length === 1);
    list.stop();
    assert.deepEqual([names(list), list.total], [['a'], undefined]);
    list.start();
    await soon(() => watches.length === 2);
    assert.deepEqual(names(list), ['b']);
    list.stop();
  });
});
