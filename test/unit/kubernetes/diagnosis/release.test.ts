import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pathOf } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { ApiError, RefusedError, UnreachableError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import { UnknownKindError } from '../../../../src/kubernetes/client/kind-resolution.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { releaseDigest } from '../../../../src/kubernetes/diagnosis/release.ts';
import type { FoundRelease } from '../../../../src/kubernetes/helm/find-release.ts';
import type { Release } from '../../../../src/kubernetes/helm/release.ts';
import type { ReleaseStorage, StoredRevision } from '../../../../src/kubernetes/helm/release-storage.ts';
import { served } from '../../../support/fake-cluster.ts';

const CONFIG_MAPS = served('', 'v1', 'ConfigMap', 'configmaps');
const NAMES = ['a', 'b', 'c', 'd'];
const pathTo = (name: string) => pathOf(CONFIG_MAPS, 'shop', name);
const HEALTHY = /^Healthy: nothing wrong found\.$/m;

/** Some failures to read an object, and how a digest tells them. */
const FAILURES: [Error, RegExp][] = [
  [new RefusedError('closed'), /^Not permitted by this server, so not considered: ConfigMap \(\d\)$/m],
  [new ApiError(403, 'Forbidden', 'forbidden'), /^Not readable for this user, so not considered: ConfigMap \w/m],
  [new ApiError(500, 'InternalError', 'it broke'), /^Not readable, so not considered: ConfigMap .*\(500\)$/m],
  [new UnreachableError('no answer', 'no answer'), /^Not readable, so not considered: ConfigMap .*\(no answer\)$/m],
];

/** What is told of a release with a ConfigMap for each name, of which these cannot be read. */
async function digest(
  names: readonly string[],
  failures: ReadonlyMap<string, Error>,
  { kind = 'ConfigMap', signal = new AbortController().signal } = {},
): Promise<string> {
  const manifest = names.map((name) => `apiVersion: v1\nkind: ${kind}\nmetadata: { name: "${name}" }\n`).join('---\n');
  const release: Release = {
    ...{ name: 'web', namespace: 'shop', revision: 1, status: 'deployed', description: '', notes: '', manifest },
    ...{ firstDeployed: '', lastDeployed: '', config: {}, defaults: {}, hooks: [] },
    chart: { name: 'web', version: '1.0.0', appVersion: '1', stored: {} },
  };
  const json = async ({ path }: ApiRequest) => {
    const failure = failures.get(path);
    if (failure) throw failure;
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: path.split('/').at(-1), namespace: 'shop' } };
  };
  const resolve = async (wanted: string) => {
    if (wanted === 'ConfigMap') return CONFIG_MAPS;
    throw new UnknownKindError(`There is no kind "${wanted}".`, wanted);
  };
  const connection = { client: { json, witness: () => undefined }, discovery: { resolve } } as unknown as Connection;
  const revisions: [StoredRevision] = [{ modified: new Date().toISOString() } as StoredRevision];
  const found: FoundRelease = { name: 'web', namespace: 'shop', revisions };
  return releaseDigest(connection, found, { read: async () => release } as unknown as ReleaseStorage, signal);
}

describe('the digest of a release', () => {
  it('is healthy where everything was read and is as it should be', async () => {
    assert.match(await digest(NAMES, new Map()), HEALTHY);
    assert.match(await digest([], new Map()), HEALTHY);
  });

  it('is healthy only where everything was read, and tells what was not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...FAILURES)), {
          selector: ([name]) => name,
          minLength: 1,
        }),
        async (broken) => {
          const text = await digest(NAMES, new Map(broken.map(([name, [error]]) => [pathTo(name), error])));
          assert.doesNotMatch(text, HEALTHY);
          assert.match(text, /^Nothing wrong found in what could be looked at\.$/m);
          for (const [name, [error, told]] of broken) {
            assert.match(text, told);
            assert.equal(new RegExp(`ConfigMap .*\\b${name}\\b`).test(text), !(error instanceof RefusedError), text);
          }
        },
      ),
    );
  });

  it('is not healthy with what the cluster does not serve, what has no name, or more than is looked at', async () => {
    const unknown = await digest(['a'], new Map(), { kind: 'Widget' });
    assert.match(
      unknown,
      /^Nothing wrong .*\nNot readable, so not considered: Widget a \(There is no kind "Widget"\.\)$/m,
    );
    assert.match(await digest([''], new Map()), /^Nothing wrong .*\nNot readable, so not considered: ConfigMap/m);
    const many = await digest(
      Array.from({ length: 201 }, (_, index) => `config-${index}`),
      new Map(),
    );
    assert.match(many, /^Nothing wrong .*\nOnly the first 200 of 201 objects were looked at\.$/m);
  });

  it('has what is missing as its cause, whatever else could not be read', async () => {
    const failures = new Map([
      [pathTo('a'), new ApiError(404, 'NotFound', 'configmaps "a" not found')],
      [pathTo('b'), new ApiError(403, 'Forbidden', 'forbidden')],
    ]);
    const text = await digest(NAMES, failures);
    assert.match(text, /^Cause: ConfigMap a: it does not exist$/m);
    assert.match(text, /^Not readable for this user, so not considered: ConfigMap b$/m);
    assert.doesNotMatch(text, /Nothing wrong found/);
  });

  it('fails without a valid login, and when it is cancelled', async () => {
    const unauthorized = new ApiError(401, 'Unauthorized', 'Unauthorized');
    await assert.rejects(digest(NAMES, new Map([[pathTo('b'), unauthorized]])), { code: 401 });
    const signal = AbortSignal.abort(new Error('cancelled'));
    await assert.rejects(digest(NAMES, new Map(), { signal }), /cancelled/);
  });
});
