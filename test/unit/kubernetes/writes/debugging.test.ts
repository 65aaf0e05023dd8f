import assert from 'node:assert/strict';
import { ApiError, UnknownOutcomeError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { debugCopy } from '../../../../src/kubernetes/writes/debugging.ts';
import { FreshValues } from '../../../../src/kubernetes/writes/fresh-values.ts';
import type { Writer } from '../../../../src/kubernetes/writes/writer.ts';
import { served } from '../../../support/fake-cluster.ts';

describe('a copy of a pod for debugging', () => {
  /** What is deleted when the creation ends like this. */
  async function deleted(creation: () => Promise<unknown>): Promise<(string | undefined)[]> {
    const removed: (string | undefined)[] = [];
    const pod = { metadata: { name: 'web', uid: 'original' }, spec: { containers: [{ name: 'app', image: 'app' }] } };
    const status = { containerStatuses: [{ name: 'app', state: { terminated: { exitCode: 0 } } }] };
    const client = {
      assertPermitted: () => undefined,
      json: async ({ method, query, path }: ApiRequest) => {
        if (method === 'POST') return query?.dryRun ? pod : creation();
        return path.endsWith('/web') ? pod : { ...pod, status };
      },
      stream: async () => [Buffer.from('')],
      send: async ({ uid }: ApiRequest) => void removed.push(uid),
    };
    const discovery = { resolve: async () => served('', 'v1', 'Pod', 'pods', true) };
    const context = { name: 'c', cluster: {} };
    const writer: Writer = {
      connection: { client, discovery, context, namespace: 'n' } as unknown as Connection,
      signal: new AbortController().signal,
      fresh: new FreshValues(),
      review: async () => undefined,
      write: (_, send) => send(),
      unchanged: async () => undefined,
    };
    const options = { pod: 'web', namespace: 'n', container: undefined, image: undefined, command: ['id'], timeout: 1 };
    await debugCopy(options, writer).catch(() => undefined);
    return removed;
  }

  it('is deleted afterwards, and nothing else of its name', async () => {
    assert.deepEqual(await deleted(async () => ({ metadata: { uid: 'copy' } })), ['copy']);
  });

  it('is not deleted where it was not created: who has its name is another', async () => {
    const taken = new ApiError(409, 'AlreadyExists', 'taken');
    assert.deepEqual(await deleted(() => Promise.reject(taken)), []);
  });

  it('is deleted where it may have been created', async () => {
    const unknown = new UnknownOutcomeError('no answer');
    assert.deepEqual(await deleted(() => Promise.reject(unknown)), [undefined]);
  });
});
