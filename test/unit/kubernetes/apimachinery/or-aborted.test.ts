import assert from 'node:assert/strict';
import { orAborted } from '../../../../src/kubernetes/apimachinery/or-aborted.ts';

describe('work that may be aborted', () => {
  it('ends with its result, or with the reason of the abort', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    assert.equal(await orAborted(Promise.resolve(1), signal), 1);
    await assert.rejects(orAborted(Promise.reject(new RangeError('own')), signal), RangeError);
    const never = new Promise(() => undefined);
    const waiting = orAborted(never, signal);
    controller.abort(new TypeError('enough'));
    await assert.rejects(waiting, TypeError);
    await assert.rejects(orAborted(never, signal), TypeError);
  });
});
