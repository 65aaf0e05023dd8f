import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { ApiError, UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { withLists } from '../../../../src/kubernetes/client/answers.ts';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { Discovery, type ServedKinds } from '../../../../src/kubernetes/client/discovery.ts';

const CORE = { kind: 'APIVersions', versions: ['v1'] };
const PODS = { kind: 'APIResourceList', resources: [{ name: 'pods', kind: 'Pod', namespaced: true, verbs: ['list'] }] };
const context = { name: 'a', cluster: { name: 'a', cluster: { server: 'https://a.example.com' } } };

/** What is discovered from these answers by path; others are 404. */
function discovered(answers: Record<string, unknown>): Promise<ServedKinds> {
  return discoveryOf(answers).discovery.kinds();
}
const names = ({ resources }: ServedKinds) => resources.map(({ group, name }) => `${name}.${group}`);

/** A discovery of these answers by path, and the paths that were asked for. */
function discoveryOf(answers: Record<string, unknown>) {
  const asked: string[] = [];
  const json = async ({ path }: { path: string }) => {
    asked.push(path);
    const answer = path in answers ? answers[path] : new ApiError(404, '', '404 page not found');
    if (answer instanceof Error) throw answer;
    return withLists(structuredClone(answer));
  };
  return { discovery: new Discovery({ json, context } as unknown as ApiClient), asked };
}

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

  describe('of a kind that has moved', () => {
    const group = (...versions: string[]) => ({
      metadata: { name: 'x.io' },
      versions: versions.map((version) => ({
        version,
        resources: [{ resource: 'widgets', responseKind: { kind: 'Widget' }, scope: 'Namespaced', verbs: ['list'] }],
      })),
    });
    const answers: Record<string, unknown> = {};
    const serve = (...versions: string[]) =>
      Object.assign(answers, {
        '/api': { kind: 'APIGroupDiscoveryList', items: [] },
        '/apis': { kind: 'APIGroupDiscoveryList', items: [group(...versions)] },
      });
    const path = (version: string) => `/apis/x.io/${version}/namespaces/v1alpha1/widgets/one`;
    let now = 0;

    beforeEach(() => void mock.method(performance, 'now', () => now));
    afterEach(() => mock.restoreAll());

    it('says where it is served now, and asks again only where it did not know', async () => {
      serve('v1beta1', 'v1alpha1');
      const { discovery, asked } = discoveryOf(answers);
      assert.equal((await discovery.resolve('widget')).version, 'v1beta1');
      serve('v1', 'v1beta1');
      asked.length = 0;
      const moved = await Promise.all(Array.from({ length: 20 }, () => discovery.moved(path('v1alpha1'))));
      assert.deepEqual(new Set(moved), new Set([path('v1')]));
      assert.deepEqual(asked.sort(), ['/api', '/apis']);
      assert.equal(await discovery.moved(path('v1alpha1')), path('v1'));
      assert.equal(asked.length, 2);
      assert.equal((await discovery.resolve('widget')).version, 'v1');
    });

    it('says nothing of what is served still, of what has gone, or of what never was', async () => {
      serve('v1');
      const { discovery, asked } = discoveryOf(answers);
      assert.equal(await discovery.moved(path('v1')), undefined);
      assert.deepEqual(asked, []);
      await discovery.kinds();
      asked.length = 0;
      for (const other of [path('v1alpha1'), '/api/v1/pods', '/apis/x.io/v1/others', '/version', '/apis/x.io/v1'])
        assert.equal(await discovery.moved(other), undefined, other);
      assert.deepEqual(asked, []);
      assert.equal(await discovery.moved(path('v1')), undefined);
      serve();
      now += 10_000;
      assert.equal(await discovery.moved(path('v1')), undefined);
      await assert.rejects(discovery.resolve('widget'), /serves no kind/);
    });

    it('asks again every 10 s at most because of a version that is announced and does not work', async () => {
      serve('v1', 'v1beta1');
      const { discovery, asked } = discoveryOf(answers);
      await discovery.kinds();
      for (const state of ['announced', 'failing']) {
        if (state === 'failing') answers['/apis'] = new ApiError(500, '', 'etcd is down');
        for (const version of ['v1', 'v1beta1']) {
          now += 10_000;
          asked.length = 0;
          for (let at = 0; at < 10; at++, now += 999) {
            const moved = await discovery.moved(path(version)).catch(() => 'unknown');
            assert.equal(moved, state === 'failing' && at === 0 ? 'unknown' : undefined);
          }
          assert.deepEqual(asked.sort(), ['/api', '/apis'], `${state} ${version}`);
        }
      }
      serve('v2');
      now += 10_000;
      assert.equal(await discovery.moved(path('v1')), path('v2'));
      asked.length = 0;
      assert.equal(await discovery.moved(path('v1beta1')), path('v2'));
      assert.deepEqual(asked, []);
    });
  });

  describe('of one kind', () => {
    const GROUPS = {
      kind: 'APIGroupList',
      groups: [{ name: 'a.example.com', versions: [{ groupVersion: 'a.example.com/v1' }] }],
    };
    const served = {
      '/api': CORE,
      '/api/v1': {
        kind: 'APIResourceList',
        resources: [
          { name: 'pods', singularName: 'pod', kind: 'Pod', shortNames: ['po'], namespaced: true, verbs: [] },
        ],
      },
      '/apis': GROUPS,
      '/apis/a.example.com/v1': {
        kind: 'APIResourceList',
        resources: ['pods', 'po'].map((name) => ({ name, kind: name.toUpperCase(), namespaced: true, verbs: [] })),
      },
    };

    it('asks for no other group where the core group decides', async () => {
      for (const [kind, apiVersion] of [['Pod'], ['pods'], [' POD '], ['pod', 'v1']] as const) {
        const { discovery, asked } = discoveryOf(served);
        assert.equal((await discovery.resolve(kind, apiVersion)).group, '', kind);
        await discovery.resolve(kind, apiVersion);
        assert.deepEqual(asked, ['/api', '/api/v1'], kind);
      }
    });

    it('asks for all where another group may decide, and once only', async () => {
      for (const [kind, apiVersion] of [['po'], ['pods', 'a.example.com/v1'], ['pods.a.example.com']] as const) {
        const { discovery, asked } = discoveryOf(served);
        assert.equal((await discovery.resolve('pod')).group, '');
        assert.equal((await discovery.resolve(kind, apiVersion)).group, 'a.example.com', kind);
        assert.deepEqual(asked.sort(), Object.keys(served), kind);
      }
    });

    it('means the same whether all is known or the core group alone', async () => {
      for (const kind of ['pod', 'Pods', 'po', 'pods.v1', 'pods.a.example.com', 'PO', 'nothing']) {
        const [few, all] = [discoveryOf(served).discovery, discoveryOf(served).discovery];
        await all.kinds();
        const meant = (discovery: Discovery) => discovery.resolve(kind).catch((error: unknown) => String(error));
        assert.deepEqual(await meant(few), await meant(all), kind);
      }
    });

    it('asks the others where the core group is not to be had, and fails where it fails', async () => {
      const { discovery } = discoveryOf({ ...served, '/api': new ApiError(403, 'Forbidden', 'no') });
      assert.equal((await discovery.resolve('pods')).group, 'a.example.com');
      const down = new ApiError(500, '', 'etcd is down');
      const broken: Record<string, unknown> = { ...served, '/api': down };
      const { discovery: again, asked } = discoveryOf(broken);
      await assert.rejects(again.resolve('pods'), down);
      assert.deepEqual(asked, ['/api']);
      broken['/api'] = CORE;
      assert.equal((await again.resolve('pods')).group, '');
    });
  });
});
