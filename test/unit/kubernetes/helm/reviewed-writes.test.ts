import assert from 'node:assert/strict';
import { ApiError, isApiError, RefusedError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { APPLY_TYPE, PATCH_TYPES } from '../../../../src/kubernetes/apimachinery/media-types.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { requestTarget } from '../../../../src/kubernetes/apimachinery/request-target.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import type { HelmRequest } from '../../../../src/kubernetes/helm/helm-gate.ts';
import { keyOf, type PlannedWrite } from '../../../../src/kubernetes/helm/planned-write.ts';
import { ReviewedWrites } from '../../../../src/kubernetes/helm/reviewed-writes.ts';
import { FreshValues } from '../../../../src/kubernetes/writes/fresh-values.ts';
import type { Writer } from '../../../../src/kubernetes/writes/writer.ts';

const MAPS = '/api/v1/namespaces/n/configmaps';
const MAP = `${MAPS}/a`;
const RECORD = '/api/v1/namespaces/n/secrets/sh.helm.release.v1.web.v1';

function request(method: HelmRequest['method'], path: string, more: Partial<HelmRequest> = {}): HelmRequest {
  const target = requestTarget(path) ?? assert.fail(path);
  const body = method === 'DELETE' ? undefined : { metadata: { name: 'a' }, data: { text: 'is' } };
  return { method, path, target, query: {}, contentType: 'application/json', body: body as KubernetesObject, ...more };
}

function planned(of: HelmRequest, more: Partial<PlannedWrite> = {}): PlannedWrite {
  const usual = { before: undefined, uid: undefined, after: undefined, isTried: true, isHook: false };
  return { request: of, ...usual, isAnyWay: false, madeUp: [], ...more };
}

describe('the writes of helm after their review', () => {
  let sent: ApiRequest[];
  /** What is there when helm looks whether it is. */
  let found: KubernetesObject | undefined;
  beforeEach(() => {
    sent = [];
    found = undefined;
  });

  function writes(one?: PlannedWrite): ReviewedWrites {
    const client = {
      json: async () => found ?? Promise.reject(new ApiError(404, 'NotFound', 'not found')),
      answer: async (given: ApiRequest) => {
        sent.push(given);
        return { body: { metadata: { name: 'a', uid: `made ${sent.length}` } }, headers: {} };
      },
    };
    const writer: Writer = {
      connection: { client } as unknown as Connection,
      signal: new AbortController().signal,
      fresh: new FreshValues(),
      review: async () => undefined,
      write: (_, send) => send(),
      unchanged: async () => undefined,
    };
    const plan = new Map(one ? [[keyOf(one.request), one]] : []);
    const recordUids = new Map([[RECORD, 'record']]);
    const place = { name: 'web', namespace: 'n' };
    return new ReviewedWrites(writer, 'helmUpgrade', place, { plan, changes: new Map(), recordUids });
  }
  const uids = () => sent.map(({ method, uid }) => [method, uid]);

  it('are of the objects that were there when they were tried', async () => {
    const patch = request('PATCH', MAP, { contentType: PATCH_TYPES.merge });
    await writes(planned(patch, { uid: 'tried' })).write(patch);
    const deletion = request('DELETE', MAP);
    await writes(planned(deletion, { uid: 'tried' })).write(deletion);
    for (const method of ['PUT', 'DELETE'] as const) await writes().write(request(method, RECORD));
    assert.deepEqual(uids(), [
      ['PATCH', 'tried'],
      ['DELETE', 'tried'],
      ['PUT', 'record'],
      ['DELETE', 'record'],
    ]);
  });

  it('delete nothing that was not there when they were tried', async () => {
    const deletion = request('DELETE', MAP);
    for (const isHook of [false, true])
      await assert.rejects(writes(planned(deletion, { isHook })).write(deletion), (error) => isApiError(error, 404));
    assert.deepEqual(sent, []);
  });

  it('replace a hook, and delete what they have made', async () => {
    const creation = request('POST', MAPS);
    const hook = writes(planned(creation, { uid: 'left behind', isHook: true, isAnyWay: true }));
    await hook.write(request('DELETE', MAP));
    await assert.rejects(hook.write(request('DELETE', MAP)), (error) => isApiError(error, 404));
    await hook.write(creation);
    await hook.write(request('DELETE', MAP));
    assert.deepEqual(uids(), [
      ['DELETE', 'left behind'],
      ['POST', undefined],
      ['DELETE', 'made 2'],
    ]);
  });

  it('apply to no object that was created meanwhile', async () => {
    const apply = request('PATCH', MAP, { contentType: APPLY_TYPE });
    await writes(planned(apply)).write(apply);
    found = { metadata: { name: 'a', uid: 'of somebody else' } };
    await assert.rejects(writes(planned(apply)).write(apply), RefusedError);
    assert.deepEqual(uids(), [['PATCH', undefined]]);
  });

  it('differ from what was tried only in fields that are made up', async () => {
    const reviewed = (path: string[]) =>
      writes(planned(request('POST', MAPS), { madeUp: [path] })).write(
        request('POST', MAPS, {
          body: { metadata: { name: 'a' }, data: { text: 'is', 'a.b': 'new' } } as KubernetesObject,
        }),
      );
    await reviewed(['data', 'a.b']);
    // A field of the field a is another.
    await assert.rejects(reviewed(['data', 'a']), /otherwise than it was reviewed \(\.data\[a\.b\]\)/);
    await assert.rejects(reviewed(['data', 'a', 'b']), RefusedError);
  });
});
