import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const RBAC = 'rbac.authorization.k8s.io';

describe('check_access', () => {
  const namespace = scratchNamespace();
  const here = () => namespace.name;
  let admin: McpServer;
  let viewer: McpServer;
  let tenant: McpServer;

  before(async () => {
    const { kubeconfig } = await testCluster();
    [admin, viewer, tenant] = await Promise.all([
      McpServer.start(kubeconfig('admin')),
      McpServer.start(kubeconfig('viewer')),
      McpServer.start(kubeconfig('tenant')),
    ]);
    const subjects = `[{ kind: ServiceAccount, name: api }, { apiGroup: ${RBAC}, kind: User, name: alice }, { apiGroup: ${RBAC}, kind: Group, name: devs }]`;
    await apply(
      [
        `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: api, namespace: ${here()} }`,
        `apiVersion: ${RBAC}/v1\nkind: Role\nmetadata: { name: runner, namespace: ${here()} }\nrules:\n- { apiGroups: [''], resources: [pods, pods/exec], verbs: [get, create] }\n- { apiGroups: [''], resources: [namespaces], verbs: [get, delete] }\n- { apiGroups: [apps], resources: [deployments], resourceNames: [web], verbs: [delete] }`,
        `apiVersion: ${RBAC}/v1\nkind: RoleBinding\nmetadata: { name: runners, namespace: ${here()} }\nroleRef: { apiGroup: ${RBAC}, kind: Role, name: runner }\nsubjects: ${subjects}`,
      ].join('\n---\n'),
    );
  });
  after(() => Promise.all([admin, viewer, tenant].map((server) => server.stop())));
  const check = (args: object, server = admin) => server.text('check_access', { namespace: here(), ...args });

  /** The output of `kubectl auth can-i`, which exits with 1 for no. */
  async function canI(
    { verb, kind, name }: { verb: string; kind: string; name?: string },
    user?: string,
  ): Promise<string> {
    const [type = '', subresource] = kind.split('/');
    const object = [name ? `${type}/${name}` : type, ...(subresource ? ['--subresource', subresource] : [])];
    const as = user ? ['--as', user] : [];
    return kubectl('auth', 'can-i', verb, ...object, ...as, '-n', here()).then(
      () => 'yes',
      () => 'no',
    );
  }

  it('says what a ServiceAccount may, and by which binding', async () => {
    const text = await check({ verb: 'create', kind: 'pods/exec', subject: `${here()}/api` });
    assert.match(text, /^yes: ServiceAccount \S+\/api may create pods\/exec in namespace \S+\n.*RoleBinding "runners/);
  });

  it('agrees with kubectl auth can-i, for every verb and subject', async () => {
    const subjects = [[`${here()}/api`, `system:serviceaccount:${here()}:api`], ['alice', 'alice'], ['bob', 'bob'], []];
    const objects = [
      { kind: 'pods' },
      { kind: 'pods/exec' },
      { kind: 'deployments.apps' },
      { kind: 'secrets' },
      { kind: 'nodes' },
    ];
    const named = [
      { kind: 'deployments.apps', name: 'web' },
      { kind: 'namespaces', name: here() },
    ];
    const questions = [...objects, ...named].flatMap((object) =>
      ['get', 'create', 'delete'].map((verb) => ({ verb, ...object })),
    );
    for (const [subject, user] of subjects)
      await Promise.all(
        questions.map(async (question) => {
          const text = await check({ ...question, ...(subject && { subject }) });
          assert.ok(text.startsWith(`${await canI(question, user)}: `), `${user} ${JSON.stringify(question)}: ${text}`);
        }),
      );
  });

  it('tells every verb of a kind in one line', async () => {
    assert.match(
      await check({ kind: 'pods', subject: 'alice' }),
      /^User alice may create, get pods in namespace \S+; not delete, deletecollection, list, patch, update, watch\n/,
    );
    assert.match(await check({ kind: 'secrets' }, viewer), /^these credentials may do nothing with secrets in/);
  });

  it('lists who may, people before components, with the names it is limited to', async () => {
    const text = await check({ verb: 'delete', kind: 'deploy', subject: '*' });
    assert.match(text, /^Who may delete deployments\.apps in namespace \S+, by RBAC\n/);
    assert.match(
      text,
      new RegExp(`^ServiceAccount ${here()}/api\\tRoleBinding ${here()}/runners of Role runner, only web$`, 'm'),
    );
    assert.match(text, /^User alice\tRoleBinding .*only web$/m);
    assert.match(text, /^Group system:masters\tClusterRoleBinding cluster-admin of ClusterRole cluster-admin$/m);
    assert.match(text, /^and Kubernetes' own: .*kube-system\/generic-garbage-collector/m);
    assert.doesNotMatch(await check({ verb: 'delete', kind: 'deploy', name: 'api', subject: '*' }), /alice/);
    assert.match(await check({ verb: 'delete', kind: 'ns', name: here(), subject: '*' }), /^User alice\tRoleBinding /m);
    assert.doesNotMatch(await check({ verb: 'delete', kind: 'ns', name: 'default', subject: '*' }), /alice/);
  });

  it('knows paths that are no resources', async () => {
    assert.match(await check({ verb: 'get', kind: '/metrics' }), /^yes: these credentials may get \/metrics$/);
    assert.match(
      await check({ verb: 'get', kind: '/metrics', subject: 'bob' }),
      /^no: User bob may not get \/metrics\n/,
    );
  });

  it('lists the rules of a subject', async () => {
    const text = await check({ subject: `${here()}/api` });
    assert.match(text, /^get, create: pods, pods\/exec$/m);
    assert.match(text, /^delete: deployments\.apps \(web\)$/m);
    assert.match(text, /^by RoleBinding \S+\/runners of Role runner$/m);
    assert.match(await check({}, viewer), /^these credentials may, in namespace \S+:\n/);
  });

  it('names what everybody may, and the ServiceAccount that a bare name is of', async () => {
    const text = await check({ subject: `${here()}/default` });
    assert.match(text, /^nothing\nLeft out: what every user may, by the ClusterRoleBindings system:basic-user, /m);
    assert.match(await check({ subject: 'group:system:authenticated' }), /selfsubjectaccessreviews/);
    const bare = { verb: 'get', kind: 'pods' };
    assert.match(
      await check({ ...bare, subject: 'api' }),
      new RegExp(`^no: User api .*\\n[^]*The ServiceAccount of this name is subject=${here()}/api\\.$`),
    );
    for (const subject of ['user:api', 'nobody', 'a/b'])
      assert.doesNotMatch(
        (await admin.call('check_access', { ...bare, subject, namespace: here() })).text,
        /is subject=/,
      );
  });

  it('knows what RBAC has and nobody serves, as kubectl auth can-i does, and no subresource that there is not', async () => {
    const virtual = [
      ['impersonate', 'users'],
      ['impersonate', 'groups'],
      ['approve', 'signers.certificates.k8s.io'],
      ['get', 'nodes/metrics'],
      ['update', 'deployments.apps/finalizers'],
    ] as const;
    for (const subject of ['alice', undefined])
      for (const [verb, kind] of virtual)
        assert.match(
          await check({ verb, kind, subject }),
          new RegExp(`^${await canI({ verb, kind }, subject)}: `),
          kind,
        );
    assert.match(await check({ verb: '*', kind: '*' }), /^yes: these credentials may \* \*\.\* in namespace /);
    for (const [kind, close] of [
      ['pods/logs', 'log'],
      ['deploy/scal', 'scale'],
    ] as const)
      assert.match(
        await admin.error('check_access', { verb: 'get', kind, subject: '*', namespace: here() }),
        new RegExp(`have no subresource .*Nearest: ${close}`),
      );
  });

  it('reads the bindings where the API server may not be asked, and says what it could not read', async () => {
    const text = await viewer.text('check_access', {
      verb: 'create',
      kind: 'pods',
      subject: 'alice',
      namespace: here(),
    });
    assert.match(text, /By RBAC alone: these credentials may not ask the API server about others\./);
    assert.match(text, /Could not be read, so there may be more: /);
    assert.match(text, /Groups of User alice are not known here/);
  });

  it('says once for all verbs what it could not read', async () => {
    const text = await viewer.text('check_access', { kind: 'pods', subject: 'alice', namespace: here() });
    assert.equal(text.split('By RBAC alone').length, 2);
    assert.match(text, /^no: User alice may not deletecollection pods/m);
  });

  it('reads no other place than the one that is named', async () => {
    for (const namespace of ['..', '.', 'a/b', '%2e%2e'])
      for (const args of [
        { kind: 'pods', subject: '*' },
        { subject: `${here()}/api` },
        { kind: 'pods', subject: 'alice', verb: 'get' },
      ])
        assert.match((await viewer.call('check_access', { ...args, namespace })).text, /not a valid name|^no: /);
  });

  it('needs no write switch, stays within the allowed namespaces and teaches', async () => {
    const { kubeconfig } = await testCluster();
    const narrow = await McpServer.start(kubeconfig('admin'), ['--allow-namespace', here()]);
    assert.match(await check({ verb: 'get', kind: 'pods' }, narrow), /^yes: /);
    await narrow.stop();
    const refused = async (args: object) => (await admin.call('check_access', { namespace: here(), ...args })).text;
    assert.match(await refused({ verb: 'exec', kind: 'pods' }), /pods have no verb "exec"\. They have: create, /);
    assert.match(
      await refused({ verb: 'get', kind: 'pods', subject: `${here()}/apy` }),
      /There is no serviceaccounts "apy".*Nearest: api/,
    );
    assert.match(await refused({ subject: '*' }), /needs a kind/);
    assert.match(await refused({ verb: 'get', kind: 'pdos' }), /pods/);
    assert.match(
      await check({ verb: 'get', kind: 'pods', namespace: 'nowhere', subject: 'bob' }),
      /^no: .*\n.*namespace "nowhere" does not exist/s,
    );
  });

  it('is answered for a tenant about itself', async () => {
    assert.match(
      await tenant.text('check_access', { kind: 'deployments', verb: 'create' }),
      /^yes: these credentials may create deployments\.apps in namespace team-a/,
    );
    assert.match(
      await tenant.text('check_access', { kind: 'nodes', verb: 'delete' }),
      /^no: these credentials may not delete nodes/,
    );
  });
});
