import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ApiResource, pathOf, resourceNameOf } from '../../../../../src/kubernetes/apimachinery/api-resource.ts';
import { ApiError, UnreachableError } from '../../../../../src/kubernetes/apimachinery/errors.ts';
import { kinds } from '../../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../../../../src/kubernetes/client/cluster.ts';
import type { ApiRequest } from '../../../../../src/kubernetes/client/request.ts';
import { type ChangesRead, readChanges } from '../../../../../src/server/tools/parts/changes-read.ts';

const TIME = '2026-01-01T00:00:00Z';
const served = Array.from({ length: 20 }, (_, index): ApiResource => {
  const name = `kind${index}s`;
  const names = { kind: `Kind${index}`, name, singularName: `kind${index}`, shortNames: [] };
  return { group: 'example.com', version: 'v1', ...names, namespaced: true, verbs: ['list'], subresources: [] };
});
const NAMESPACE = 'shop';
const pathIn = (resource: ApiResource) => pathOf(resource, NAMESPACE);
const EVENTS = pathOf(kinds.events, NAMESPACE);
const paths = [...served.map(pathIn), EVENTS];

/** What is read of a cluster with one object of each kind, where the lists at these paths fail, or have no end. */
async function read(failures: ReadonlyMap<string, Error>, endless: readonly string[] = []): Promise<ChangesRead> {
  const client = {
    json: async ({ path }: ApiRequest) => {
      const failure = failures.get(path);
      if (failure) throw failure;
      if (endless.includes(path))
        return { metadata: { continue: 'more' }, items: Array.from({ length: 20_000 }, () => ({})) };
      return { items: path === EVENTS ? [] : [{ metadata: { name: 'a', creationTimestamp: TIME } }] };
    },
  };
  const discovery = { kinds: async () => ({ resources: served, missing: [] }) };
  const connection = { client, discovery, namespace: NAMESPACE, allowedNamespaces: [] } as unknown as Connection;
  const { signal } = new AbortController();
  const all = { resource: undefined, namespace: NAMESPACE, name: undefined, since: 0, all: false };
  return readChanges({ connection, ...all, signal, progress: () => undefined });
}

describe('readChanges', () => {
  const failure = fc.constantFrom(
    ...[403, 404, 405, 406, 410, 429, 500, 501, 502, 503, 504].map((code) => new ApiError(code, '', `code ${code}`)),
    new UnreachableError('no answer within 60 s', 'no answer'),
  );

  it('loses nothing but the kinds that cannot be read, and names them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(fc.constantFrom(...paths), failure), {
          selector: ([path]) => path,
          maxLength: paths.length - 1,
        }),
        async (broken) => {
          const failures = new Map(broken);
          const { changes, unread } = await read(failures);
          const [lost, kept] = [true, false].map((isLost) =>
            served.filter((resource) => failures.has(pathIn(resource)) === isLost),
          );
          assert.deepEqual(
            new Set(unread.map(({ what }) => what)),
            new Set([...(lost ?? []).map(resourceNameOf), ...(failures.has(EVENTS) ? ['events'] : [])]),
          );
          assert.deepEqual(new Set(changes.map(({ kind }) => kind)), new Set(kept?.map(({ kind }) => kind)));
        },
      ),
    );
  });

  it('says which lists it did not read to their end', async () => {
    const [first] = served;
    assert.ok(first);
    const { notes } = await read(new Map(), [pathIn(first), EVENTS]);
    const texts = [resourceNameOf(first), 'events'].map((name) => `Only the first 20000 ${name} were looked at.`);
    assert.deepEqual(notes, new Set(texts));
    assert.equal((await read(new Map())).notes.size, 0);
  });

  it('fails where nothing can be read, and where any kind would fail', async () => {
    const none = new Map(paths.map((path) => [path, new ApiError(503, '', 'no service')]));
    await assert.rejects(read(none), /no service/);
    for (const code of [400, 401])
      await assert.rejects(read(new Map([[EVENTS, new ApiError(code, '', `code ${code}`)]])), { code });
  });
});
