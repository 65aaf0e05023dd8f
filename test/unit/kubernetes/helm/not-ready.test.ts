import assert from 'node:assert/strict';
import { pathOf } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { liveObjects, notReady, notReadyText } from '../../../../src/kubernetes/helm/not-ready.ts';
import { served } from '../../../support/fake-cluster.ts';

const DEPLOYMENTS = served('apps', 'v1', 'Deployment', 'deployments');
const NAMES = ['ready', 'waiting', 'missing', 'closed'];

describe('the objects of a release', () => {
  const json = async ({ path }: ApiRequest) => {
    if (path === pathOf(DEPLOYMENTS, 'shop', 'missing')) throw new ApiError(404, 'NotFound', '"missing" not found');
    if (path === pathOf(DEPLOYMENTS, 'shop', 'closed')) throw new ApiError(403, 'Forbidden', 'forbidden');
    const count = path.endsWith('/ready') ? 2 : 0;
    const status = { replicas: count, updatedReplicas: count, availableReplicas: count };
    return { kind: 'Deployment', metadata: { name: path.split('/').at(-1) }, spec: { replicas: 2 }, status };
  };
  const connection = { client: { json }, discovery: { resolve: async () => DEPLOYMENTS } } as unknown as Connection;
  const manifests = NAMES.map((name) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } }));
  const given = [manifests, 'shop', connection, new AbortController().signal] as const;

  it('are known to be as they should, known not to be, or not known', async () => {
    const { live, unread } = await liveObjects(...given);
    assert.deepEqual(
      live.map(({ name, object, detail }) => [name, object !== undefined, detail === undefined]),
      [
        ['ready', true, true],
        ['waiting', true, false],
        ['missing', false, false],
      ],
    );
    assert.deepEqual(
      unread.map(({ kind, name, cause }) => [kind, name, String(cause)]),
      [['Deployment', 'closed', 'ApiError: forbidden']],
    );
  });

  it('are as they should be while they work', async () => {
    const jobs = served('batch', 'v1', 'Job', 'jobs');
    const detailOf = async (status: object) => {
      const client = { json: async () => ({ kind: 'Job', metadata: { name: 'import' }, spec: {}, status }) };
      const reading = { client, discovery: { resolve: async () => jobs } } as unknown as Connection;
      const { live } = await liveObjects(
        [{ kind: 'Job', metadata: { name: 'import' } }],
        'shop',
        reading,
        new AbortController().signal,
      );
      return live.map(({ detail }) => detail);
    };
    assert.deepEqual(await detailOf({ active: 1 }), [undefined]);
    const failed = { conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded', message: 'late' }] };
    assert.match(String(await detailOf(failed)), /^DeadlineExceeded: late/);
  });

  it('are waited for only where that is known', async () => {
    const texts = (await notReady(...given)).map(notReadyText);
    assert.deepEqual(texts, [
      'Deployment waiting: 0 of 2 replicas updated, 0 available',
      'Deployment missing: it does not exist',
    ]);
  });
});
