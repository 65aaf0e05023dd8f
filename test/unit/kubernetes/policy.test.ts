import assert from 'node:assert/strict';
import type { Access } from '../../../src/kubernetes/apimachinery/access.ts';
import type { ApiResource } from '../../../src/kubernetes/apimachinery/api-resource.ts';
import { BUILT_IN_KINDS } from '../../../src/kubernetes/apimachinery/built-in-kinds.ts';
import { requestTarget } from '../../../src/kubernetes/apimachinery/request-target.ts';
import type { KnownKinds } from '../../../src/kubernetes/client/guard.ts';
import { Policy } from '../../../src/kubernetes/policy.ts';
import { type Rules, TOOLSETS } from '../../../src/kubernetes/rules.ts';

const off = { list: true, create: false, update: false, delete: false, exec: false };
const on = { list: true, create: true, update: true, delete: true, exec: true };

function policy(rules: Partial<Rules> = {}): Policy {
  return new Policy({
    switches: on,
    contexts: [],
    namespaces: [],
    protectedContexts: [],
    deniedKinds: [],
    readOnlyKinds: [],
    toolsets: TOOLSETS,
    ...rules,
  });
}

/** A cluster whose kinds are not yet known, or one with these custom resources. */
function cluster(...custom: ApiResource[]): KnownKinds {
  const known = custom.length > 0 ? { resources: custom, missing: [] } : undefined;
  const all = [...custom, ...BUILT_IN_KINDS];
  return {
    known,
    isNamespaced: ({ group, resource }) =>
      all.find((kind) => kind.group === group && kind.name === resource)?.namespaced,
  };
}

function refusal(
  subject: Policy,
  access: Access,
  path: string,
  { context = 'dev', kinds = cluster() }: { context?: string; kinds?: KnownKinds } = {},
): string | undefined {
  return subject.requestRefusal(context, { access, target: requestTarget(path) }, kinds);
}

describe('policy', () => {
  const pod = '/api/v1/namespaces/shop/pods/web';

  it('asks for a switch for each kind of write', () => {
    const subject = policy({ switches: off });
    assert.equal(refusal(subject, 'read', pod), undefined);
    for (const access of ['create', 'update', 'delete', 'exec'] as const) {
      assert.match(refusal(subject, access, pod) ?? '', /not permitted/);
      assert.match(subject.accessRefusal(access) ?? '', new RegExp(`the flag --enable-${access} of the server\\.$`));
      assert.match(subject.toolRefusal({ name: 'x', access }) ?? '', /switched off/);
      const single = policy({ switches: { ...off, [access]: true } });
      assert.equal(refusal(single, access, pod), undefined);
      assert.equal(single.accessRefusal(access), undefined);
      assert.equal(single.toolRefusal({ name: 'x', access }), undefined);
    }
    assert.match(
      policy({ switches: { ...on, list: false } }).toolRefusal({
        name: 'list_resources',
        access: 'read',
        switch: 'list',
      }) ?? '',
      /enableList/,
    );
  });

  it('asks for the switches that some calls of a tool need, whichever set the tool belongs to', () => {
    const needed = ['create', 'delete'] as const;
    assert.equal(policy({ toolsets: ['node'] }).needRefusal('copy', needed), undefined);
    assert.match(
      policy({ switches: { ...on, delete: false } }).needRefusal('copy', needed) ?? '',
      /^copy is switched off\. Only the user can switch it on: .*mcpK8s\.enableDelete/,
    );
    assert.match(policy({ switches: off }).needRefusal('copy', needed) ?? '', /mcpK8s\.enableCreate/);
    assert.equal(policy({ switches: off }).needRefusal('copy', []), undefined);
  });

  it('writes in the contexts only that writing was allowed for, by their names', () => {
    const subject = policy({ writeContexts: ['dev'] });
    assert.equal(refusal(subject, 'update', pod, { context: 'dev' }), undefined);
    assert.equal(refusal(subject, 'read', pod, { context: 'prod' }), undefined);
    for (const other of ['prod', 'DEV', 'dev-2', ''])
      assert.match(refusal(subject, 'update', pod, { context: other }) ?? '', /allowed for context "dev"/, other);
    assert.match(
      refusal(policy({ writeContexts: [''] }), 'update', pod, { context: 'dev' }) ?? '',
      /allowed for context/,
    );
  });

  it('writes nothing in a protected context, whatever is switched on', () => {
    const subject = policy({ protectedContexts: ['*prod*'] });
    assert.match(refusal(subject, 'update', pod, { context: 'eu-PROD-1' }) ?? '', /protected/);
    assert.equal(refusal(subject, 'read', pod, { context: 'eu-prod-1' }), undefined);
    assert.equal(refusal(subject, 'update', pod, { context: 'staging' }), undefined);
  });

  it('keeps to the allowed namespaces', () => {
    const subject = policy({ namespaces: ['shop'] });
    assert.equal(refusal(subject, 'delete', pod), undefined);
    assert.equal(refusal(subject, 'read', '/api/v1/namespaces/shop'), undefined);
    assert.equal(refusal(subject, 'read', '/api/v1/nodes/n1'), undefined);
    assert.equal(refusal(subject, 'read', '/apis'), undefined);
    for (const path of [
      '/api/v1/namespaces/other/pods',
      '/api/v1/pods',
      '/api/v1/namespaces',
      '/api/v1/namespaces/other',
      '/api/v1/strange',
    ]) {
      assert.match(
        refusal(subject, 'read', path) ?? '',
        /outside of what is allowed here\. Allowed namespaces: shop/,
        path,
      );
    }
    assert.match(refusal(subject, 'update', '/api/v1/nodes/n1') ?? '', /outside/);
  });

  it('closes kinds, their subresources, and kinds for writing', () => {
    const subject = policy({
      deniedKinds: ['secrets', '*.example.com', 'pods/log'],
      readOnlyKinds: ['clusterroles.*'],
    });
    assert.match(refusal(subject, 'read', '/api/v1/namespaces/a/secrets') ?? '', /closed/);
    assert.match(refusal(subject, 'read', '/apis/x.example.com/v1/namespaces/a/things') ?? '', /closed/);
    assert.match(refusal(subject, 'read', `${pod}/log`) ?? '', /closed/);
    assert.equal(refusal(subject, 'read', pod), undefined);
    const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/x';
    assert.equal(refusal(subject, 'read', role), undefined);
    assert.match(refusal(subject, 'update', role) ?? '', /read but not written/);
  });

  it('keeps a Namespace from being written where only some are allowed', () => {
    const subject = policy({ namespaces: ['shop'] });
    for (const path of [
      '/api/v1/namespaces/shop',
      '/api/v1/namespaces/shop/status',
      '/api/v1/namespaces/shop/finalize',
    ]) {
      assert.equal(refusal(subject, 'read', path), undefined, path);
      for (const access of ['create', 'update', 'delete'] as const) {
        assert.match(refusal(subject, access, path) ?? '', /A write to a Namespace itself is outside/, path);
        assert.equal(refusal(policy(), access, path), undefined, path);
      }
    }
    // A kind of the same name in another group is a different kind, and cluster-scoped.
    assert.match(refusal(subject, 'update', '/apis/example.com/v1/namespaces/shop') ?? '', /outside/);
  });

  it('lists nothing without the switch for it, and reads what is named', () => {
    const subject = policy({ switches: { ...on, list: false } });
    const list = (path: string, fieldSelector = '') =>
      subject.requestRefusal(
        'dev',
        { access: 'read', target: requestTarget(path), listed: { fieldSelector, labelSelector: '' } },
        cluster(),
      );
    for (const path of ['/api/v1/namespaces', '/api/v1/namespaces/shop/pods', '/apis/example.com/v1/widgets'])
      assert.match(list(path) ?? '', /listing is switched off.*mcpK8s\.enableList.*--enable-list/, path);
    assert.equal(list('/api/v1/namespaces/shop/pods', 'metadata.name=web'), undefined);
    assert.equal(list('/api/v1/nodes', 'metadata.name=n1'), undefined);
    assert.match(list('/api/v1/pods', 'metadata.name=web') ?? '', /switched off/);
    assert.equal(list('/apis'), undefined);
    assert.equal(refusal(subject, 'read', pod), undefined);
  });

  it('reads nothing by a rule that means nothing', () => {
    const widget = { group: 'example.com', version: 'v1', kind: 'Widget', name: 'widgets', singularName: 'widget' };
    const kinds = cluster({ ...widget, shortNames: [], namespaced: true, verbs: [], subresources: [] });
    const misspelled = policy({ deniedKinds: ['secrets', 'wigdet'] });
    const path = '/apis/example.com/v1/namespaces/a/widgets';
    assert.match(
      refusal(misspelled, 'read', pod, { kinds }) ?? '',
      /^The denied kind "wigdet" is no kind of this cluster\. Nearest: [Ww]idget.*mcpK8s\.deniedKinds.*--deny-kind/,
    );
    assert.match(policy({ readOnlyKinds: ['x y'] }).kindProblem() ?? '', /--read-only-kind/);
    // Before discovery such a word may mean any kind that is not built in.
    assert.equal(refusal(misspelled, 'read', pod), undefined);
    assert.match(refusal(misspelled, 'read', path) ?? '', /wigdet/);
    const spelled = policy({ deniedKinds: ['widget'] });
    assert.match(refusal(spelled, 'read', path) ?? '', /"widget" is no kind/);
    assert.match(refusal(spelled, 'read', path, { kinds }) ?? '', /The kind widgets\.example\.com is closed/);
    assert.equal(refusal(spelled, 'read', pod, { kinds }), undefined);
  });

  it('takes no kind of a group that it has a rule about for another before the cluster has named it', () => {
    const rules = policy({ deniedKinds: ['ES.v1.secrets.example.com'], readOnlyKinds: ['st.*.other.example.com'] });
    const path = (plural: string, group = 'secrets') => `/apis/${group}.example.com/v1/namespaces/a/${plural}/x`;
    const served = (name: string, shortNames: string[]) => ({
      ...{ group: 'secrets.example.com', version: 'v1', kind: name, name, singularName: name },
      ...{ shortNames, namespaced: true, verbs: [], subresources: [] },
    });
    const kinds = cluster(served('externalsecrets', ['es']), served('stores', ['ss']));
    for (const plural of ['externalsecrets', 'stores', 'anything'])
      assert.match(refusal(rules, 'read', path(plural)) ?? '', /has not said which kind/, plural);
    assert.match(refusal(rules, 'read', path('externalsecrets'), { kinds }) ?? '', /externalsecrets.* is closed/);
    assert.equal(refusal(rules, 'read', path('stores'), { kinds }), undefined);
    assert.match(refusal(rules, 'read', path('anything'), { kinds }) ?? '', /has not said which kind/);
    // What a manifest defines is judged by the names that it gives.
    const names = served('gizmos', ['gz']);
    const target = requestTarget(path('gizmos'));
    assert.equal(rules.requestRefusal('dev', { access: 'create', target, names }, kinds), undefined);
    for (const access of ['read', 'update'] as const) {
      assert.equal(refusal(rules, access, path('stores', 'third')), undefined);
      assert.equal(refusal(rules, access, path('x', 'some.other')) === undefined, access === 'read');
    }
  });

  it('takes no kind of a group that could not be listed for another than a rule may mean', () => {
    const kind = (group: string, name: string, ...shortNames: string[]) => ({
      ...{ group, version: 'v1', kind: name, name, singularName: name, shortNames },
      ...{ namespaced: true, verbs: [], subresources: [] },
    });
    const snapshots = kind('snapshot.storage.k8s.io', 'volumesnapshots', 'vs');
    const whole = [
      snapshots,
      kind('networking.istio.io', 'virtualservices', 'vs'),
      { ...kind('config.openshift.io', 'ingresses'), kind: 'Ingress' },
      kind('x.example.com', 'foos', 'bar'),
    ];
    const known = (resources: ApiResource[], ...missing: string[]) => ({
      ...cluster(...resources),
      known: { resources, missing },
    });
    for (const [rule, path] of [
      ['vs', '/apis/networking.istio.io/v1/namespaces/shop/virtualservices'],
      ['Ingress', '/apis/config.openshift.io/v1/ingresses'],
      ['bar*.example.com', '/apis/x.example.com/v1/namespaces/shop/foos'],
      ['b*r', '/apis/x.example.com/v1/namespaces/shop/foos'],
      ['bar.x.example.com', '/apis/x.example.com/v1/namespaces/shop/foos'],
    ] as const) {
      const [group = ''] = path.split('/').slice(2);
      const target = requestTarget(path);
      for (const names of [undefined, { ...kind(group, target?.resource ?? ''), shortNames: [] }])
        for (const [access, rules] of [
          ['read', { deniedKinds: [rule, 'pods/log'] }],
          ['create', { readOnlyKinds: [rule, 'pods/log'] }],
        ] as const) {
          const ask = (kinds: KnownKinds) =>
            policy(rules).requestRefusal('dev', { access, target, names }, kinds) ?? 'sent';
          assert.match(ask(known(whole)), / is closed | read but not written /, `${rule} ${path}`);
          for (const missing of [`${group}/v1`, `${group}/v1beta1 (no)`, '/apis (forbidden)'])
            assert.match(ask(known([snapshots, kind('o.example.com', 'bar')], missing)), /not said which/, rule);
        }
    }
    // Only what a rule may mean, and nothing that is known.
    const other = known([snapshots], 'x.example.com/v1');
    const foo = '/apis/x.example.com/v1/namespaces/shop/foos/one';
    for (const rule of ['*.cert-manager.io', 'bar.y.example.com', 'pods/log', 'bar*.x.example.org'])
      assert.equal(refusal(policy({ deniedKinds: [rule] }), 'read', foo, { kinds: other }), undefined, rule);
    const rules = policy({ deniedKinds: ['secrets', 'secretfoo.agg.example.com'] });
    for (const path of [pod, '/apis/snapshot.storage.k8s.io/v1/namespaces/a/volumesnapshots'])
      assert.equal(refusal(rules, 'read', path, { kinds: other }), undefined);
    // A kind that came since the cluster was asked is what no word meant.
    assert.equal(refusal(rules, 'read', '/apis/new.example.com/v1/foos', { kinds: other }), undefined);
  });

  it('names an allowed context that is not there, but takes a pattern for one that may come', () => {
    const subject = policy({ contexts: ['dev-*', 'vewer'] });
    assert.match(
      subject.contextProblem(['admin', 'viewer']) ?? '',
      /"vewer" is not in the kubeconfig\. Nearest: viewer/,
    );
    assert.equal(subject.contextProblem(['admin', 'vewer']), undefined);
  });

  it('hands out no tokens', () =>
    assert.match(refusal(policy(), 'create', '/api/v1/namespaces/a/serviceaccounts/b/token') ?? '', /Tokens/));

  it('allows its own context and those that match', () => {
    const subject = policy({ contexts: ['dev-*'] });
    assert.ok(subject.allowsContext('main', 'main'));
    assert.ok(subject.allowsContext('dev-1', 'main'));
    assert.ok(!subject.allowsContext('predev-1', 'main'));
    assert.ok(!policy().allowsContext('a.b', 'axb'));
  });

  it('permits what Helm does by its own switches, and Helm’s own records whatever else of their kind is closed', () => {
    const stored = '/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v1';
    const ask = (subject: Policy, access: Access, path: string, more: object = {}) =>
      subject.requestRefusal('dev', { access, target: requestTarget(path), ...more }, cluster());
    const installing = policy({ switches: { list: true, helmInstall: true }, deniedKinds: ['secrets'] });
    const operation = 'helmInstall' as const;
    assert.match(ask(installing, 'create', pod) ?? '', /not permitted/);
    assert.equal(ask(installing, 'create', pod, { operation }), undefined);
    assert.equal(ask(installing, 'delete', pod, { operation }), undefined);
    assert.match(ask(installing, 'exec', `${pod}/exec`, { operation }) ?? '', /not permitted/);
    assert.match(ask(installing, 'update', pod, { operation: 'helmUpgrade' }) ?? '', /not permitted/);
    assert.match(ask(installing, 'update', pod, { operation: 'helmReleaseGet' }) ?? '', /not permitted/);
    assert.equal(ask(installing, 'update', stored, { operation }), undefined);
    assert.match(ask(installing, 'read', stored) ?? '', /closed to agents/);
    assert.match(
      ask(installing, 'read', '/api/v1/namespaces/shop/secrets/db', { operation }) ?? '',
      /closed to agents/,
    );
    const secrets = '/api/v1/namespaces/shop/secrets';
    assert.equal(ask(installing, 'create', secrets, { operation, created: 'sh.helm.release.v1.web.v2' }), undefined);
    assert.match(ask(installing, 'create', secrets, { operation, created: 'web' }) ?? '', /closed to agents/);
    const listed = (labelSelector: string) => ({
      operation: 'helmReleaseGet',
      listed: { labelSelector, fieldSelector: '' },
    });
    assert.equal(ask(installing, 'read', secrets, listed('owner=helm')), undefined);
    assert.equal(ask(installing, 'read', secrets, listed('name=web, owner in (helm)')), undefined);
    for (const others of ['owner!=helm', 'owner=helmet', 'notowner=helm', 'owner in (helm,x)', 'a\0,owner=helm'])
      assert.match(ask(installing, 'read', secrets, listed(others)) ?? '', /closed to agents/, others);
    const off = policy({ switches: { helmInstall: true }, toolsets: ['core'] });
    assert.match(ask(off, 'create', pod, { operation }) ?? '', /not permitted/);
    assert.match(
      off.toolRefusal({ name: 'x', access: 'create', switch: operation, toolset: 'helm' }) ?? '',
      /toolset helm/,
    );
  });

  it('lets metrics be asked only with their toolset, and unconfined tools only where nothing is confined', () => {
    const path = '/api/v1/namespaces/shop/services/prometheus/proxy/api/v1/query';
    const ask = (subject: Policy) =>
      subject.requestRefusal('dev', { access: 'read', target: requestTarget(path), metrics: true }, cluster());
    assert.equal(ask(policy({})), undefined);
    assert.match(ask(policy({ toolsets: ['core'] })) ?? '', /Metrics are switched off/);
    const tool = { name: 'x', access: 'read', unconfined: true } as const;
    assert.equal(policy({}).toolRefusal(tool), undefined);
    assert.match(policy({ namespaces: ['a'] }).toolRefusal(tool) ?? '', /mcpK8s\.allowedNamespaces/);
    assert.match(policy({ deniedKinds: ['secrets'] }).toolRefusal(tool) ?? '', /mcpK8s\.deniedKinds/);
  });
});
