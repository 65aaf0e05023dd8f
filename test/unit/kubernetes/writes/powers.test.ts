import assert from 'node:assert/strict';
import type { JsonObject, KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { newReach } from '../../../../src/kubernetes/writes/powers.ts';

const reachOf = (apiVersion: string, kind: string, fields: JsonObject) => {
  const after: KubernetesObject = { apiVersion, kind, metadata: { name: 'x' }, ...fields };
  return newReach({ access: 'create', context: 'c', apiVersion, kind, namespace: 'n', name: 'x', after });
};
const everything = (reach: readonly { groups: readonly string[] }[]) =>
  reach.some(({ groups }) => groups.includes('*'));

describe('powers', () => {
  const pod = (spec: JsonObject, container: JsonObject = {}) =>
    reachOf('v1', 'Pod', { spec: { containers: [{ name: 'c', ...container }], ...spec } }).reach;
  const folder = (path: string) => pod({ volumes: [{ name: 'v', hostPath: { path } }] });
  for (const path of [
    '/',
    '/var/lib',
    '/var/lib/kubelet/pods',
    '/etc//kubernetes/',
    '/var/log/../lib/kubelet',
    '/proc',
  ])
    it(`are those of the node in a pod that sees its ${path}`, () => assert.ok(everything(folder(path))));
  for (const path of ['/var/log', '/etc/kubernetes-not', '/mnt/data', '/var/lib/kubelets'])
    it(`are its own in a pod that sees ${path}`, () => assert.deepEqual(folder(path), []));

  it('are those of the node in pods that are root there', () => {
    assert.ok(everything(pod({ hostPID: true })));
    for (const securityContext of [
      { privileged: true },
      { capabilities: { add: ['CAP_SYS_ADMIN'] } },
      { capabilities: { add: ['ALL'] } },
      { windowsOptions: { hostProcess: true } },
    ])
      assert.ok(everything(pod({}, { securityContext })), JSON.stringify(securityContext));
    assert.deepEqual(pod({}, { securityContext: { capabilities: { add: ['NET_BIND_SERVICE'] } } }), []);
  });

  it('are those of the account, in whatever form pods are made', () => {
    const accounts = (kind: string, spec: JsonObject) => reachOf('example.com/v1', kind, { spec }).accounts;
    assert.deepEqual(accounts('TaskRun', { serviceAccountName: 'builder', steps: [] }), ['builder']);
    assert.deepEqual(accounts('Workflow', { templates: [{ container: {}, serviceAccountName: 'argo' }] }), ['argo']);
    assert.deepEqual(accounts('Widget', { data: { serviceAccountName: 'no' } }), []);
  });

  it('are what an object names, embeds, or asks for', () => {
    const named = (spec: JsonObject) => reachOf('example.com/v1', 'Widget', { spec }).references;
    const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } };
    for (const spec of [
      { forProvider: { manifest } },
      { objects: [{ kind: 'Secret', metadata: { generateName: 's' } }] },
      { match: { any: [{ resources: { kinds: ['Secret'] } }] } },
      { match: { kinds: [{ apiGroups: [''], kinds: ['v1/Secret'] }] } },
    ] as JsonObject[])
      assert.ok(
        named(spec).some(({ kind }) => kind === 'Secret'),
        JSON.stringify(spec),
      );
    assert.ok(named({ kinds: ['*'] }).some(({ kind, plural }) => kind === undefined && plural === undefined));
    const call = { context: [{ apiCall: { urlPath: '/api/v1/namespaces/x/secrets/{{ name }}' } }] };
    assert.ok(named(call).some(({ plural }) => plural === 'secrets'));
  });

  it('are what an admission policy reads, and what its binding puts into force', () => {
    const admission = 'admissionregistration.k8s.io/v1';
    const paramKind = { apiVersion: 'v1', kind: 'Secret' };
    const policy = reachOf(admission, 'ValidatingAdmissionPolicy', { spec: { paramKind } });
    assert.deepEqual(policy.references, [{ kind: 'Secret', group: '', name: '…' }]);
    for (const kind of ['ValidatingAdmissionPolicy', 'MutatingAdmissionPolicy']) {
      const { policy } = reachOf(admission, `${kind}Binding`, { spec: { policyName: 'p' } });
      assert.deepEqual(policy, { kind, name: 'p' });
    }
  });
});
