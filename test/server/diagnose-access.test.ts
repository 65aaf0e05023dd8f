import assert from 'node:assert/strict';
import { diagnosing } from './diagnosing.ts';
import { testCluster } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import { signingRequest } from './issued-certificates.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl } from './scratch.ts';

const RBAC = 'rbac.authorization.k8s.io';

describe('diagnose_resource, who may do what', () => {
  const { namespace, server, diagnose } = diagnosing();
  const here = () => namespace.name;
  const role = (name: string, rules: string) =>
    `apiVersion: ${RBAC}/v1\nkind: Role\nmetadata: { name: ${name}, namespace: ${here()} }\nrules: ${rules}`;
  const binding = (name: string, kind: string, of: string, subjects: string) =>
    `apiVersion: ${RBAC}/v1\nkind: RoleBinding\nmetadata: { name: ${name}, namespace: ${here()} }\nroleRef: { apiGroup: ${RBAC}, kind: ${kind}, name: ${of} }\nsubjects: ${subjects}`;
  const account = (name: string) => `[{ kind: ServiceAccount, name: ${name}, namespace: ${here()} }]`;

  before(() =>
    apply(
      [
        `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: reader, namespace: ${here()} }\nimagePullSecrets: [{ name: registry-login }]`,
        role('pod-reader', "[{ apiGroups: [''], resources: [pods, pods/log], verbs: [get, list] }]"),
        role(
          'misspelt',
          "[{ apiGroups: [''], resources: [pod], verbs: [get] }, { apiGroups: [''], resources: [deployments], verbs: [get] }, { apiGroups: [never.installed.io], resources: [gizmos], verbs: [get] }, { apiGroups: [apps], resources: ['*', deployments/scale], verbs: ['*'] }]",
        ),
        binding('fine', 'Role', 'pod-reader', account('reader')),
        binding('no-role', 'Role', 'pod-raeder', account('reader')),
        binding('no-cluster-role', 'ClusterRole', 'vew', account('reader')),
        binding('no-subject', 'Role', 'pod-reader', account('raeder')),
        binding('nobody', 'Role', 'pod-reader', '[]'),
        binding('of-users', 'ClusterRole', 'view', `[{ apiGroup: ${RBAC}, kind: User, name: alice }]`),
        `apiVersion: ${RBAC}/v1\nkind: ClusterRoleBinding\nmetadata: { name: ${here()} }\nroleRef: { apiGroup: ${RBAC}, kind: ClusterRole, name: view }\nsubjects: ${account('reader')}`,
      ].join('\n---\n'),
    ),
  );
  after(() => kubectl('delete', 'clusterrolebinding', here()));

  it('finds roles and subjects that do not exist', async () => {
    assert.match(
      await diagnose('rolebinding', 'no-role'),
      /\nCause: the Role "pod-raeder" that it gives does not exist in namespace \S+, so it allows nothing; nearest: pod-reader/,
    );
    assert.match(
      await diagnose('rolebinding', 'no-cluster-role'),
      /\nCause: the ClusterRole "vew" that it gives does not exist, so it allows nothing; nearest: view/,
    );
    assert.match(
      await diagnose('rolebinding', 'no-subject'),
      /\nCause: its subject ServiceAccount "raeder" does not exist in namespace \S+; nearest: reader/,
    );
    assert.match(await diagnose('rolebinding', 'nobody'), /\nRisk: it has no subjects/);
  });

  it('says of a binding that is fine what it gives, and what no cluster knows', async () => {
    assert.match(
      await diagnose('rolebinding', 'fine'),
      /ServiceAccount \S+\/reader may do what Role pod-reader says in namespace \S+\nHealthy: nothing wrong found\.\nIt may:\nget, list pods, pods\/log$/,
    );
    assert.match(
      await diagnose('rolebinding', 'of-users'),
      /: User alice may .*whether users and groups exist no cluster knows\nHealthy/,
    );
    assert.match(
      await diagnose('clusterrolebinding', here()),
      /may do what ClusterRole view says in the whole cluster\nHealthy/,
    );
  });

  it('finds rules about resources that their group does not have', async () => {
    const text = await diagnose('role', 'misspelt');
    assert.match(text, /\nCause: a rule allows "pod" in API group "", which serves no such resource; nearest: pods$/m);
    assert.match(text, /\nCause: a rule allows "deployments" in API group "", .*; it is in group "apps"$/m);
    assert.doesNotMatch(text, /gizmos" in|deployments\/scale" in/);
    assert.match(text, /given to nobody/);
    // Kubernetes' own roles cover every version.
    assert.doesNotMatch(await diagnose('clusterrole', 'edit'), /Cause/);
    assert.match(await diagnose('clusterrolebinding', 'system:controller:job-controller'), /Healthy/);
    assert.match(await diagnose('role', 'pod-reader'), /given by .*\/fine.*\nHealthy/);
  });

  it('says what a ServiceAccount may do, by which binding', async () => {
    const text = await diagnose('sa', 'reader');
    assert.match(text, /has 4 bindings, used by 0 pods/);
    assert.match(text, /^in namespace \S+ by RoleBinding fine, Role pod-reader: get, list pods, pods\/log$/m);
    assert.match(text, /^everywhere by ClusterRoleBinding \S+, ClusterRole view: get, list, watch configmaps/m);
    assert.match(text, /^Cause: RoleBinding no-role gives it Role "pod-raeder", which does not exist$/m);
    assert.match(text, /^Risk: its image pull Secret "registry-login" does not exist/m);
  });

  it('does not call a binding healthy whose role it may not read', async () => {
    const viewer = await McpServer.start((await testCluster()).kubeconfig('viewer'), ['--namespace', here()]);
    try {
      const answer = await viewer.call('diagnose_resource', { kind: 'sa', name: 'reader' });
      assert.match(answer.text, /bindings unknown/);
      assert.doesNotMatch(answer.text, /Healthy/);
      assert.match(answer.text, /not considered: .*rolebindings/);
    } finally {
      await viewer.stop();
    }
  });

  it('knows requests for certificates that nobody has approved', async () => {
    const name = `request-${here()}`;
    const kubelet = `kubelet-${here()}`;
    const request = Buffer.from(await signingRequest('alice')).toString('base64');
    const manifest = (of: string, signer: string, usage: string) =>
      `apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: { name: ${of} }\nspec: { signerName: ${signer}, usages: [${usage}], request: ${request} }`;
    await apply(manifest(name, 'example.com/mine', 'client auth'));
    const node = await kubectl('get', 'pod', '-n', 'shop', '-l', 'app=web', '-o', 'jsonpath={.items[0].spec.nodeName}');
    await apply(
      manifest(kubelet, 'kubernetes.io/kubelet-serving', 'digital signature, server auth'),
      ...['--as', `system:node:${node}`, '--as-group', 'system:masters'],
    );
    try {
      assert.match(
        await diagnose('csr', name),
        /Pending, for signer example\.com\/mine, asked by admin, for \S.*\nCause: it is pending since \S+: nobody has approved or denied it/,
      );
      assert.match(
        await server().text('diagnose_resource', { kind: 'cluster' }),
        new RegExp(
          `^Cause: \\d+ CertificateSigningRequests wait for approval: .*${name} \\(example\\.com/mine\\)`,
          'm',
        ),
      );
      const proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
      const reason = 'Get "https://10.0.0.1:10250/containerLogs": remote error: tls: internal error';
      proxy.fail(({ path }) => path.endsWith('/log'), { status: 500, reason });
      const behind = await McpServer.start(proxy.kubeconfig, ['--namespace', 'shop']);
      try {
        const why = `the kubelet has no serving certificate yet: approval is pending for CertificateSigningRequest ${kubelet} of node ${node}`;
        const pod = await kubectl(
          'get',
          'pod',
          '-n',
          'shop',
          '-l',
          'app=web',
          '-o',
          'jsonpath={.items[0].metadata.name}',
        );
        assert.ok((await behind.error('get_pod_logs', { name: pod })).includes(why));
        assert.ok((await behind.text('get_pod_logs', { kind: 'deploy', name: 'web' })).includes(why));
        const text = await behind.text('diagnose_resource', { kind: 'pod', name: pod });
        assert.ok(text.includes(`Not readable, so not considered: pods/log (${why})`), text);
        assert.match(text, /Nothing wrong found in what could be looked at/);
      } finally {
        await behind.stop();
        await proxy.stop();
      }
      await kubectl('certificate', 'approve', name);
      assert.match(
        await diagnose('csr', name),
        /Approved, .*\nCause: it is approved but has no certificate: does the signer example\.com\/mine run\?/,
      );
    } finally {
      await kubectl('delete', 'csr', name, kubelet);
    }
    assert.match(
      await server().error('diagnose_resource', { kind: 'csr', name: 'no-such-request' }),
      /There is no certificatesigningrequests/,
    );
  });
});
