import assert from 'node:assert/strict';
import type { Place } from '../job.ts';
import { core, KINDS, type Manifest, manifest, send, type Task } from './task.ts';

const DEVELOPERS = ['alice', 'bob', 'charlie'];
/** Resource quotas of the namespaces, by name suffix. */
const SPACES: Record<string, { cpu: string; memory: string; pods: string; services: string }> = {
  ...Object.fromEntries(
    DEVELOPERS.map((name) => [`dev-${name}`, { cpu: '2', memory: '4Gi', pods: '10', services: '5' }]),
  ),
  'dev-shared': { cpu: '4', memory: '8Gi', pods: '20', services: '10' },
  staging: { cpu: '8', memory: '16Gi', pods: '50', services: '20' },
  prod: { cpu: '8', memory: '16Gi', pods: '50', services: '20' },
};
const RBAC = 'rbac.authorization.k8s.io';

/** Everything three developers need: namespaces, accounts, RBAC, quotas and policies. */
function objectsOf(prefix: string): Manifest[] {
  const at = (space: string) => `${prefix}-${space}`;
  const subjects = (name: string) => [
    { kind: 'User', name, apiGroup: RBAC },
    { kind: 'ServiceAccount', name: `${name}-sa`, namespace: at(`dev-${name}`) },
  ];
  const binding = (space: string, name: string, role: string, who: readonly string[]): Manifest => ({
    ...KINDS.binding,
    metadata: { name, namespace: at(space) },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: who.flatMap(subjects),
  });
  const policy = (space: string, name: string, spec: object): Manifest => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: at(space) },
    spec: { podSelector: {}, ...spec },
  });
  const from = (...spaces: string[]) =>
    spaces.map((space) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': at(space) } } }));
  const dns = { ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 })) };
  return [
    ...Object.keys(SPACES).map((space) => core('Namespace', at(space))),
    ...Object.entries(SPACES).flatMap(([space, { cpu, memory, ...hard }]): Manifest[] => {
      const reachable = space.startsWith('dev-') ? [space, 'dev-shared'] : [space];
      return [
        {
          ...core('ResourceQuota', 'quota', {
            spec: { hard: { 'limits.cpu': cpu, 'limits.memory': memory, ...hard } },
          }),
          metadata: { name: 'quota', namespace: at(space) },
        },
        policy(space, 'default-deny', { policyTypes: ['Ingress', 'Egress'] }),
        policy(space, 'allow-own', {
          policyTypes: ['Ingress', 'Egress'],
          ingress: [{ from: from(space) }],
          egress: [{ to: from(...reachable) }, dns],
        }),
      ];
    }),
    ...DEVELOPERS.flatMap((name): Manifest[] => [
      { ...core('ServiceAccount', `${name}-sa`), metadata: { name: `${name}-sa`, namespace: at(`dev-${name}`) } },
      binding(`dev-${name}`, `${name}-admin`, 'admin', [name]),
    ]),
    binding('dev-shared', 'developers-view', 'view', DEVELOPERS),
  ];
}

export const devCluster: Task = {
  name: 'setup-dev-cluster',
  atMost: { calls: 1, bytes: 1_500 },
  async prepare() {},
  async run(call, namespace) {
    await call('create_resource', { manifest: manifest(...objectsOf(namespace)) });
  },
  async theirs(call, { namespace }) {
    await send(call, ...objectsOf(namespace));
  },
  async verify(place) {
    const at = (space: string) => place.at(`${place.namespace}-${space}`);
    for (const name of DEVELOPERS) {
      const account = `system:serviceaccount:${at(`dev-${name}`).namespace}:${name}-sa`;
      for (const user of [name, account]) {
        assert.equal(await may(at(`dev-${name}`), user, 'create'), true);
        assert.equal(await may(at('dev-shared'), user, 'get'), true);
        assert.equal(await may(at('dev-shared'), user, 'create'), false);
        assert.equal(await may(at('prod'), user, 'get'), false);
      }
    }
    for (const [space, { pods }] of Object.entries(SPACES)) {
      const quota = await at(space).kubectl('get', 'resourcequota', 'quota', '-o', 'jsonpath={.spec.hard.pods}');
      assert.equal(quota, pods);
      assert.equal((await at(space).list('networkpolicies')).length, 2);
    }
  },
  async cleanUp(place) {
    const all = Object.keys(SPACES).map((space) => `${place.namespace}-${space}`);
    await place.kubectl('delete', 'namespace', ...all, '--ignore-not-found', '--wait=false');
  },
};

function may(place: Place, user: string, verb: string): Promise<boolean> {
  return place.kubectl('auth', 'can-i', verb, 'pods', `--as=${user}`).then(
    (answer) => answer === 'yes',
    () => false,
  );
}
