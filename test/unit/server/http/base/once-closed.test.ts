import assert from 'node:assert/strict';
import { once } from 'node:events';
import { onceClosed } from '../../../../../src/server/http/base/once-closed.ts';
import { unreadResponse } from '../unread-response.ts';

describe('onceClosed', () => {
  it('calls once, when the response closes or is closed already', async () => {
    const { response } = await unreadResponse('*/*');
    const calls: string[] = [];
    onceClosed(response, () => calls.push('earlier'));
    assert.equal(calls.length, 0);
    response.destroy();
    await once(response, 'close');
    assert.deepEqual(calls, ['earlier']);
    onceClosed(response, () => calls.push('later'));
    assert.deepEqual(calls, ['earlier', 'later']);
  });
});
