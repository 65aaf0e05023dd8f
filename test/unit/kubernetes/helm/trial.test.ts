import assert from 'node:assert/strict';
import { ApiError, isApiError, RefusedError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { APPLY_TYPE, PATCH_TYPES } from '../../../../src/kubernetes/apimachinery/media-types.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { requestTarget } from '../../../../src/kubernetes/apimachinery/request-target.ts';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import type { HelmRequest } from '../../../../src/kubernetes/helm/helm-gate.ts';
import { Trial } from '../../../../src/kubernetes/helm/trial.ts';

const PATH = '/api/v1/namespaces/n/configmaps/a';
const RECORD = '/api/v1/namespaces/n/secrets/sh.helm.release.v1.web.v1';

function request(method: HelmRequest['method'], contentType: string, path = PATH): HelmRequest {
  const target = requestTarget(path) ?? assert.fail(path);
  return { method, path, target, query: {}, contentType, body: { metadata: { name: 'a' } } };
}

describe('a trial of helm', () => {
  const live: KubernetesObject = { metadata: { name: 'a', uid: 'live' } };
  const answered: KubernetesObject = { metadata: { name: 'a', uid: 'answered' } };

  /** The trial of one write, by what is read and what the dry run answers: errors by their code. */
  async function tried(
    write: HelmRequest,
    read: KubernetesObject | number,
    dryRun: KubernetesObject | number,
  ): Promise<Trial> {
    const result = async <T>(value: T | number) => {
      if (typeof value === 'number') throw new ApiError(value, 'Failure', 'no');
      return value;
    };
    const client = {
      assertPermitted: () => undefined,
      json: () => result(read),
      answer: async () => ({ body: await result(dryRun), headers: {} }),
    };
    const { signal } = new AbortController();
    const place = { name: 'web', namespace: 'n' };
    const trial = new Trial(client as unknown as ApiClient, 'helmUpgrade', place, signal);
    await trial.write(write).catch((error: unknown) => {
      if (!isApiError(error, 404)) throw error;
    });
    return trial;
  }

  it('tells which object is meant, as far as that exists', async () => {
    const deletion = request('DELETE', 'application/json');
    const status = { kind: 'Status', details: { uid: 'told' } } as KubernetesObject;
    const cases: [HelmRequest, KubernetesObject | number, KubernetesObject | number, string | undefined][] = [
      [deletion, live, status, 'live'],
      [deletion, 403, status, 'told'],
      [deletion, 403, answered, 'answered'],
      [deletion, 404, 404, undefined],
      [request('PATCH', PATCH_TYPES.merge), live, answered, 'live'],
      [request('PATCH', PATCH_TYPES.strategic), 403, answered, 'answered'],
      // Of the dry run alone.
      [request('PATCH', APPLY_TYPE), 404, answered, undefined],
      [request('POST', 'application/json'), 404, answered, undefined],
    ];
    for (const [write, read, dryRun, uid] of cases) {
      const { planned } = await tried(write, read, dryRun);
      assert.deepEqual(
        planned.map((one) => one.uid),
        [uid],
        `${write.method} ${write.contentType}`,
      );
    }
    const untold = tried(deletion, 403, { kind: 'Status' });
    await assert.rejects(untold, RefusedError);
  });

  it('remembers which records of the release there are', async () => {
    const { recordUids } = await tried(request('PUT', 'application/json', RECORD), live, answered);
    assert.deepEqual([...recordUids], [[RECORD, 'live']]);
  });
});
