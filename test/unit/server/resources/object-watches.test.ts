import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { ApiResource } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { Call } from '../../../../src/server/core/call.ts';
import { watchObject } from '../../../../src/server/resources/object-watches.ts';

const PODS = { group: '', version: 'v1', name: 'pods', kind: 'Pod', namespaced: true } as ApiResource;

describe('a watch that a call has begun', () => {
  // Else a call holds every version of the object for as long as somebody is subscribed to it.
  it('is no part of it: what it sees is not kept for its answer', async () => {
    const events = new PassThrough();
    const seenIn: (Call | undefined)[] = [];
    const saw = () => void seenIn.push(Call.current());
    const client = {
      answersPings: true,
      witness: saw,
      json: async () => {
        saw();
        return { kind: 'PodList', metadata: { resourceVersion: '1' }, items: [] };
      },
      stream: async () => events,
    } as unknown as ApiClient;
    const changed = Promise.withResolvers<void>();
    const listener = { changed: changed.resolve, ended: changed.reject };
    const call = new Call('resources/subscribe', {});
    const leave = await new Promise<() => void>((resolve, reject) => {
      call.run(() => void watchObject(client, PODS, 'shop', 'web', listener).then(resolve, reject));
    });
    const object = { kind: 'Pod', metadata: { name: 'web', namespace: 'shop', resourceVersion: '2' } };
    events.write(`${JSON.stringify({ type: 'ADDED', object })}\n`);
    await changed.promise;
    leave();
    events.end();
    assert.ok(seenIn.length > 0);
    assert.deepEqual(new Set(seenIn), new Set([undefined]));
  });
});
