import assert from 'node:assert/strict';
import type { ApiResource } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { dangerText } from '../../../../src/kubernetes/writes/danger.ts';
import { deletionConsequences } from '../../../../src/kubernetes/writes/deletion-consequences.ts';
import type { Writer } from '../../../../src/kubernetes/writes/writer.ts';
import { served as readable } from '../../../support/fake-cluster.ts';

type Lists = Record<string, { items: KubernetesObject[]; metadata?: { continue: string } } | number>;

const served = (...kind: Parameters<typeof readable>): ApiResource => ({
  ...readable(...kind),
  verbs: ['get', 'list', 'delete'],
});
const INSTALLATIONS = served('operator.tigera.io', 'v1', 'Installation', 'installations', false);
const PARTS = served('operator.tigera.io', 'v1', 'Part', 'parts', false);
const DAEMON_SETS = served('apps', 'v1', 'DaemonSet', 'daemonsets');
const DEPLOYMENTS = served('apps', 'v1', 'Deployment', 'deployments');
const PODS = served('', 'v1', 'Pod', 'pods');
const KINDS = [PODS, DAEMON_SETS, DEPLOYMENTS, INSTALLATIONS, PARTS];

function object(uid: string, owner?: string, namespace?: string): KubernetesObject {
  const ownerReferences = owner ? [{ apiVersion: 'v1', kind: 'X', name: owner, uid: owner, controller: true }] : [];
  return { kind: 'X', metadata: { name: uid, uid, ownerReferences, ...(namespace && { namespace }) } };
}

/** What is said of a deletion in a cluster with these lists, and which of them were read. */
async function consequences(
  resource: ApiResource,
  deleted: KubernetesObject,
  lists: Lists,
  { kinds = KINDS, missing = [] as string[], propagation = 'Background' as 'Background' | 'Orphan' } = {},
): Promise<{ texts: string[]; asked: string[] }> {
  const asked: string[] = [];
  const json = async ({ path }: ApiRequest) => {
    asked.push(path);
    const answer = lists[path] ?? { items: [] };
    if (typeof answer === 'number') throw new ApiError(answer, 'Failed', 'no');
    return answer;
  };
  const connection = { client: { json }, discovery: { kinds: async () => ({ resources: kinds, missing }) } };
  const writer = { connection: connection as unknown as Connection, signal: new AbortController().signal };
  const found = await deletionConsequences(resource, deleted, propagation, writer as Writer);
  return { texts: found.map(dangerText), asked };
}

describe('consequences of a deletion', () => {
  const calico: Lists = {
    '/apis/apps/v1/daemonsets': { items: [object('calico-node', 'default', 'calico-system')] },
    '/api/v1/pods': {
      items: [object('calico-node-1', 'calico-node', 'calico-system'), object('web-1', 'web', 'shop')],
    },
    '/apis/operator.tigera.io/v1/parts': { items: [object('part', 'default')] },
  };

  it('are told of what a cluster-scoped object owns in any namespace, and of what that owns', async () => {
    const { texts } = await consequences(INSTALLATIONS, object('default'), calico);
    assert.deepEqual(texts, ['What it owns goes with it: 1 pods, 1 daemonsets.apps, 1 parts.operator.tigera.io.']);
    const orphaning = await consequences(INSTALLATIONS, object('default'), calico, { propagation: 'Orphan' });
    assert.deepEqual(orphaning.texts, [
      'What it owns stays, and has no owner any more: 1 daemonsets.apps, 1 parts.operator.tigera.io.',
    ]);
  });

  it('are looked for only in the namespace of a namespaced object', async () => {
    const { texts, asked } = await consequences(DEPLOYMENTS, object('web', undefined, 'shop'), {
      '/api/v1/namespaces/shop/pods': { items: [object('web-1', 'web', 'shop')] },
    });
    assert.deepEqual(texts, ['What it owns goes with it: 1 pods.']);
    assert.deepEqual(asked.sort(), [
      '/api/v1/namespaces/shop/pods',
      '/apis/apps/v1/namespaces/shop/daemonsets',
      '/apis/apps/v1/namespaces/shop/deployments',
    ]);
  });

  it('say what could not be counted: what cannot be read, is cut, or could not be listed', async () => {
    const lists: Lists = {
      ...calico,
      '/apis/apps/v1/daemonsets': 403,
      '/apis/apps/v1/deployments': { items: [object('other')], metadata: { continue: 'more' } },
      '/api/v1/pods': { items: [object('own', 'default')], metadata: { continue: 'more' } },
      // Its kind has gone since.
      '/apis/operator.tigera.io/v1/installations': 404,
    };
    const missing = ['example.com/v1 (no answer)', 'metrics.k8s.io/v1beta1'];
    const { texts } = await consequences(INSTALLATIONS, object('default'), lists, { missing });
    assert.deepEqual(texts, [
      'What it owns goes with it: 1 or more pods, 1 parts.operator.tigera.io.',
      'Not counted: daemonsets.apps, deployments.apps beyond the first 500, example.com/v1.',
    ]);
  });

  it('name only some of many kinds that could not be counted', async () => {
    const kinds = Array.from({ length: 60 }, (_, index) => served('x.com', 'v1', `K${index}`, `k${index}`));
    const lists = Object.fromEntries(kinds.map(({ name }) => [`/apis/x.com/v1/namespaces/shop/${name}`, 403]));
    const { texts, asked } = await consequences(DEPLOYMENTS, object('web', undefined, 'shop'), lists, { kinds });
    assert.equal(asked.length, 60);
    assert.match(texts.join(), /^Not counted: k0\.x\.com, .*, k7\.x\.com, and 52 more kinds\.$/);
  });

  it('include a definition whose kind could not be listed', async () => {
    const definitions = served('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', 'customresourcedefinitions');
    const parts = { ...object('parts.x.com'), spec: { group: 'x.com', names: { plural: 'parts' } } };
    const missing = ['x.com/v1 (no answer)', 'y.com/v1'];
    assert.deepEqual((await consequences(definitions, parts, {}, { missing })).texts, ['Not counted: x.com/v1.']);
  });
});
