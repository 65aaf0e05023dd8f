import assert from 'node:assert/strict';
import { ApiError, UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { withLists } from '../../../../src/kubernetes/client/answers.ts';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { Discovery, type ServedKinds } from '../../../../src/kubernetes/client/discovery.ts';

const CORE = { kind: 'APIVersions', versions: ['v1'] };
const PODS = { kind: 'APIResourceList', resources: [{ name: 'pods', kind: 'Pod', namespaced: true, verbs: ['list'] }] };
const context = { name: 'a', cluster: { name: 'a', cluster: { server: 'https://a.example.com' } } };

/** What is discovered from these answers by path; others are 404. */
function discovered(answers: Record<string, unknown>): Promise<ServedKinds> {
  const json = async ({ path }: { path: string }) => {
    const answer = path in answers ? answers[path] : new ApiError(404, '', '404 page not found');
    if (answer instanceof Error) throw answer;
    return withLists(structuredClone(answer));
  };
  return new Discovery({ json, context } as unknown as ApiClient).kinds();
}
const names = ({ resources }: ServedKinds) => resources.map(({ group, name }) => `${name}.${group}`);

describe('discovery', () => {
  for (const error of [
    new ApiError(404, '', '404 page not found'),
    new ApiError(403, 'Forbidden', 'cannot get path "/apis"'),
  ])
    it(`uses the core API where the others are not there: ${error.message}`, async () => {
      const kinds = await discovered({ '/api': CORE, '/api/v1': PODS, '/apis': error });
      assert.deepEqual(names(kinds), ['pods.']);
      assert.deepEqual(kinds.missing, [`/apis (${error.message})`]);
    });

  it('knows nothing where half of the answer failed and may come yet', async () => {
    for (const error of [new ApiError(500, '', 'etcd is down'), new UserError('something that is not JSON')])
      await assert.rejects(discovered({ '/api': CORE, '/api/v1': PODS, '/apis': error }), error);
  });

  it('uses the other APIs where the core API fails', async () => {
    const groups = { kind: 'APIGroupList', groups: [{ name: 'a', versions: [{ groupVersion: 'a/v1' }] }] };
    assert.deepEqual(names(await discovered({ '/apis': groups, '/apis/a/v1': PODS })), ['pods.a']);
  });

  it('fails where nothing is served, and says whether it is an API server', async () => {
    await assert.rejects(
      discovered({}),
      /^UserError: The server of context "a" \(https:\/\/a\.example\.com\) serves no Kubernetes API there/,
    );
    const refused = new ApiError(403, 'Forbidden', 'no');
    await assert.rejects(discovered({ '/api': refused, '/apis': refused }), refused);
    const unauthorized = new ApiError(401, 'Unauthorized', 'no');
    await assert.rejects(discovered({ '/api': CORE, '/api/v1': PODS, '/apis': unauthorized }), unauthorized);
    await assert.rejects(discovered({ '/api': {}, '/apis': {} }), /no list of APIs/);
  });

  it('uses what it is told where some versions fail', async () => {
    const groups = ['a', 'b', 'c'].map((name) => ({ name, versions: [{ groupVersion: `${name}/v1` }] }));
    const kinds = await discovered({
      '/api': CORE,
      '/api/v1': PODS,
      '/apis': { kind: 'APIGroupList', groups },
      '/apis/a/v1': new ApiError(403, 'Forbidden', 'no'),
      '/apis/b/v1': new ApiError(503, '', 'service unavailable'),
      '/apis/c/v1': PODS,
    });
    assert.equal(kinds.resources.length, 2);
    assert.deepEqual(
      kinds.missing.map((text) => text.split(' ')[0]),
      ['a/v1', 'b/v1'],
    );
  });

  it('reads null for everything that may be empty', async () => {
    const legacy = {
      '/api': CORE,
      '/api/v1': { kind: 'APIResourceList', resources: [null, {}, { name: 5 }, { name: 'pods', verbs: null }] },
      '/apis': {
        kind: 'APIGroupList',
        groups: [null, { name: 'a', versions: null, preferredVersion: null }, { name: 'b', versions: [null] }],
      },
    };
    assert.deepEqual(names(await discovered(legacy)), ['pods.']);
    const resources = [null, { resource: 'x', responseKind: null, verbs: null, subresources: null }];
    const groups = [
      null,
      { metadata: null, versions: null },
      {
        metadata: { name: 'a' },
        versions: [null, { version: 'v1', resources: null }, { version: 'v2', resources }],
      },
    ];
    const aggregated = { kind: 'APIGroupDiscoveryList', items: groups };
    assert.deepEqual(names(await discovered({ '/api': { ...aggregated, items: null }, '/apis': aggregated })), ['x.a']);
  });
});
