import assert from 'node:assert/strict';
import type { Job, Live, Place } from './job.ts';
import { deployment, documents } from './manifests.ts';
import { read, readTable } from './reading.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** "Our CI needs an account, deployer, that can see pods and their logs and restart Deployments here, nothing more." */
export const grantRights: Job = {
  name: 'RBAC for a service account',
  atMost: { calls: 2, bytes: 700 },
  async prepare() {},
  async run(call, namespace) {
    const manifest = documents(...deployer(namespace));
    await call('create_resource', { manifest, namespace });
    const review = (verb: string, group: string, resource: string) =>
      JSON.stringify({
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'LocalSubjectAccessReview',
        spec: {
          user: `system:serviceaccount:${namespace}:deployer`,
          resourceAttributes: { namespace, verb, group, resource },
        },
      });
    const reviews = documents(review('patch', 'apps', 'deployments'), review('get', '', 'secrets'));
    const answer = await call('create_resource', { manifest: reviews, namespace });
    read(answer, /("allowed":true)[\s\S]*"allowed":false/);
  },
  async verify(place) {
    assert.deepEqual(await rightsOf(place, 'deployer'), {
      pods: 'get list watch',
      'pods/log': 'get list watch',
      'deployments.apps': 'get list watch patch',
    });
  },
};

/** The account and its rights. */
export function deployer(namespace: string): string[] {
  const metadata = { name: 'deployer', namespace };
  const role = {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata,
    rules: [
      { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch', 'patch'] },
    ],
  };
  const binding = {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'deployer' },
    subjects: [{ kind: 'ServiceAccount', name: 'deployer', namespace }],
  };
  return [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata }, role, binding].map((one) => JSON.stringify(one));
}

/** An account's rights beyond those that everyone has. */
async function rightsOf(place: Place, account: string): Promise<Record<string, string>> {
  const subject = (name: string) => `--as=system:serviceaccount:${place.namespace}:${name}`;
  const list = (name: string) => place.kubectl('auth', 'can-i', '--list', '--no-headers', subject(name));
  const common = new Set((await list('nobody')).split('\n'));
  const rows = (await list(account)).split('\n').filter((row) => !common.has(row));
  return Object.fromEntries(rows.map((row) => read(row, /^(\S+) .*\[([^[\]]*)\]$/)));
}

/** "Only web may talk to db." */
export const isolate: Job = {
  name: 'NetworkPolicy',
  atMost: { calls: 2, bytes: 350 },
  async prepare(place) {
    const db = deployment({ name: 'postgres', image: 'postgres:17', port: 5432, labels: { tier: 'data' } });
    await place.apply(documents(db, deployment({ name: 'web' }), deployment({ name: 'batch' })));
    await Promise.all(['postgres', 'web', 'batch'].map((name) => place.untilRolledOut(name)));
  },
  async run(call, namespace) {
    const columns = [
      'LABELS:.spec.template.metadata.labels',
      'PORT:.spec.template.spec.containers[*].ports[*].containerPort',
    ];
    const workloads = readTable(await call('list_resources', { kind: 'Deployment', namespace, columns }));
    const labelsOf = (name: string) => JSON.parse(workloads.find(({ NAME }) => NAME === name)?.LABELS ?? '') as Labels;
    const port = Number(workloads.find(({ NAME }) => NAME === 'postgres')?.PORT);
    const manifest = fromWeb(namespace, { db: labelsOf('postgres'), web: labelsOf('web'), port });
    await call('create_resource', { manifest, namespace });
  },
  async verify(place) {
    const policies = JSON.parse(await place.kubectl('get', 'networkpolicies', '-o', 'json')).items as Policy[];
    assert.equal(policies.length, 1);
    const { podSelector, ingress, policyTypes } = (policies[0] as Policy).spec;
    const selected = async ({ matchLabels }: Selector) => {
      const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
      return (await place.pods('-l', labels.join(','))).map(appOf);
    };
    assert.deepEqual(await selected(podSelector), ['postgres']);
    assert.deepEqual(policyTypes, ['Ingress']);
    assert.equal(ingress.length, 1);
    assert.deepEqual(ingress[0]?.ports, [{ port: 5432, protocol: 'TCP' }]);
    assert.deepEqual(await Promise.all((ingress[0]?.from ?? []).map((from) => selected(from.podSelector))), [['web']]);
  },
};

/** A NetworkPolicy that allows only web's pods to reach postgres' pods, on this port. */
export function fromWeb(namespace: string, { db, web, port }: { db: Labels; web: Labels; port: number }): string {
  return JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'postgres-from-web', namespace },
    spec: {
      podSelector: { matchLabels: db },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: web } }], ports: [{ protocol: 'TCP', port }] }],
    },
  });
}

type Labels = Record<string, string>;
interface Selector {
  matchLabels: Labels;
}
interface Policy {
  spec: {
    podSelector: Selector;
    policyTypes: string[];
    ingress: { from: { podSelector: Selector }[]; ports: object[] }[];
  };
}

function appOf({ metadata }: Live): string | undefined {
  return metadata.labels?.app;
}
