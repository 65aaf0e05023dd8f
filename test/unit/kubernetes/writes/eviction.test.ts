import assert from 'node:assert/strict';
import { ApiError, type StatusCause } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { ObjectMeta } from '../../../../src/kubernetes/apimachinery/objects.ts';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { evictPod } from '../../../../src/kubernetes/writes/eviction.ts';

type Failure = [code: number, reason?: string, causes?: StatusCause[]];

describe('an eviction', () => {
  const pod = { metadata: { name: 'web', namespace: 'shop', uid: '1' } };

  /** Evicts a pod where each attempt fails in turn, and is then accepted; `found` is the pod as it is read again. */
  async function evict(failures: Failure[], found: ObjectMeta | number = pod.metadata, stop?: AbortController) {
    const left = [...failures];
    const reasons: string[] = [];
    let attempts = 0;
    const client = {
      send: async () => {
        attempts += 1;
        const [code, reason = 'Failed', causes = []] = left.shift() ?? [];
        if (code !== undefined) throw new ApiError(code, reason, 'no', causes);
      },
      json: async () => {
        if (typeof found === 'number') throw new ApiError(found, 'Failed', 'no');
        return { metadata: found };
      },
    } as unknown as ApiClient;
    const held = (reason: string) => {
      reasons.push(reason);
      stop?.abort();
    };
    const signal = (stop ?? new AbortController()).signal;
    await evictPod(pod, { client, stop: signal, pauseMs: 0, held });
    return { attempts, reasons };
  }

  it('is tried again while a budget holds the pod back', async () => {
    const budget = { message: 'The budget web needs 2 healthy pods' };
    assert.deepEqual(await evict([[429, 'TooManyRequests', [budget]], [429]]), {
      ...{ attempts: 3, reasons: [budget.message, 'no'] },
    });
    await assert.rejects(evict([[429, '', [budget]], [429]], undefined, new AbortController()), /needs 2 healthy pods/);
  });

  it('is not accepted by a conflict, unless the pod is gone or goes', async () => {
    assert.equal((await evict([[409], [409]])).attempts, 3);
    assert.equal((await evict([[409]], 500)).attempts, 2);
    for (const found of [404, { ...pod.metadata, uid: '2' }, { ...pod.metadata, deletionTimestamp: 'x' }])
      assert.equal((await evict([[409]], found)).attempts, 1);
  });

  it('waits for a pod that its namespace takes along', async () => {
    const ending: Failure = [403, 'Forbidden', [{ reason: 'NamespaceTerminating' }]];
    assert.equal((await evict([ending])).attempts, 2);
    assert.equal((await evict([ending], { ...pod.metadata, deletionTimestamp: 'x' })).attempts, 1);
  });

  it('ends with a pod that does not exist, and with any other failure', async () => {
    assert.equal((await evict([[404]])).attempts, 1);
    await assert.rejects(evict([[403]]), { code: 403 });
    await assert.rejects(evict([[500]]), { code: 500 });
  });
});
