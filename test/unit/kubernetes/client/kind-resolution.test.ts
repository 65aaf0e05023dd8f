import assert from 'node:assert/strict';
import { type ApiResource, apiVersionOf } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { resolveKind, UnknownKindError } from '../../../../src/kubernetes/client/kind-resolution.ts';

function resource(group: string, version: string, kind: string, name: string, shortNames: string[] = []): ApiResource {
  return {
    group,
    version,
    kind,
    name,
    singularName: kind.toLowerCase(),
    shortNames,
    namespaced: true,
    verbs: ['get', 'list'],
    subresources: [],
  };
}

const served = [
  resource('', 'v1', 'Pod', 'pods', ['po']),
  resource('', 'v1', 'Event', 'events', ['ev']),
  resource('apps', 'v1', 'Deployment', 'deployments', ['deploy']),
  resource('events.k8s.io', 'v1', 'Event', 'events', ['ev']),
  resource('metrics.k8s.io', 'v1beta1', 'PodMetrics', 'pods'),
  resource('autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', ['hpa']),
  resource('autoscaling', 'v1', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', ['hpa']),
  resource('alpha.example.com', 'v1', 'Backup', 'backups', ['bk']),
  resource('beta.example.com', 'v1', 'Backup', 'backups'),
  resource('vm.example.com', 'v1', 'Po', 'pos'),
];

const found = (kind: string, apiVersion?: string) => {
  const { kind: name, ...rest } = resolveKind(served, kind, apiVersion);
  return `${apiVersionOf(rest)} ${name}`;
};

describe('resolveKind', () => {
  for (const text of [
    'Deployment',
    'deployments',
    'DEPLOYMENT',
    'deploy',
    'deployments.apps',
    'deploy.apps',
    'deployments.v1.apps',
    ' deployment ',
  ]) {
    it(`understands "${text}"`, () => assert.equal(found(text), 'apps/v1 Deployment'));
  }

  it('takes the preferred version of a group, and another one when asked', () => {
    assert.equal(found('hpa'), 'autoscaling/v2 HorizontalPodAutoscaler');
    assert.equal(found('hpa', 'autoscaling/v1'), 'autoscaling/v1 HorizontalPodAutoscaler');
  });

  it('takes the core group where it serves the kind, as kubectl does', () => {
    assert.equal(found('events'), 'v1 Event');
    assert.equal(found('pods'), 'v1 Pod');
    assert.equal(found('events.events.k8s.io'), 'events.k8s.io/v1 Event');
  });

  it('prefers a name to a short name', () => assert.equal(found('po'), 'vm.example.com/v1 Po'));

  it('refuses to guess between groups and lists the candidates', () => {
    assert.throws(
      () => found('backups'),
      /ambiguous: Backup in alpha\.example\.com\/v1; Backup in beta\.example\.com\/v1/,
    );
    assert.equal(found('backups', 'beta.example.com/v1'), 'beta.example.com/v1 Backup');
    assert.equal(found('bk'), 'alpha.example.com/v1 Backup');
  });

  it('names the nearest kinds for an unknown one', () => {
    assert.throws(
      () => found('Deploymnt'),
      (error) => error instanceof UnknownKindError && /Nearest: Deployment/.test(error.message),
    );
    assert.throws(() => found('xyzzy'), { name: 'UnknownKindError', remedy: 'list the kinds', nearest: [] });
  });

  it('says where a kind is served when the apiVersion is wrong', () => {
    for (const kind of ['Deployment', 'deploy', 'deployments.apps'])
      assert.throws(() => found(kind, 'extensions/v1beta1'), /not served in "extensions\/v1beta1".*apps\/v1/);
  });

  describe('of what is no kind', () => {
    const withSubresources = (one: ApiResource, ...subresources: string[]) => ({ ...one, subresources });
    const cluster = [
      withSubresources(resource('', 'v1', 'Pod', 'pods', ['po']), 'log', 'eviction', 'exec', 'proxy', 'resize'),
      withSubresources(resource('', 'v1', 'ServiceAccount', 'serviceaccounts', ['sa']), 'token'),
      withSubresources(resource('apps', 'v1', 'Deployment', 'deployments', ['deploy']), 'scale', 'status'),
    ];
    const problem = (kind: string) => {
      try {
        resolveKind(cluster, kind);
      } catch (error) {
        if (error instanceof UnknownKindError) return error;
      }
      throw new Error(`${kind} was found`);
    };

    for (const [kind, subresource] of [
      ['Eviction', 'eviction'],
      ['evictions', 'eviction'],
      ['eviction.policy', 'eviction'],
      ['TokenRequest', 'token'],
      ['tokenrequests.authentication.k8s.io', 'token'],
      ['Scale', 'scale'],
      ['PodExecOptions', 'exec'],
      ['podproxyoptions', 'proxy'],
    ] as const)
      it(`tells that ${kind} is a subresource`, () => {
        const { message, subresource: found } = problem(kind);
        assert.equal(found, subresource);
        assert.match(message, new RegExp(`no object but a request to the subresource "${subresource}"`));
        assert.doesNotMatch(message, /serves no kind|Nearest/);
      });

    it('tells a subresource from a name behind a slash', () => {
      assert.match(problem('pods/log').message, /log is a subresource of pods/);
      assert.equal(problem('po/resize').subresource, 'resize');
      assert.match(problem('deploy/web').message, /given one by one, kind deploy and name web/);
      assert.match(problem('nothing/web').message, /serves no kind "nothing\/web"/);
    });

    it('tells several kinds from one', () => assert.match(problem('deploy,sa').message, /more than one kind/));
  });
});
