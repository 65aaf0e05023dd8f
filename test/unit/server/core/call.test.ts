import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { RedactedValues } from '../../../../src/kubernetes/text/redacted-values.ts';
import { Call } from '../../../../src/server/core/call.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

function callWith(values: readonly string[]): Call {
  const call = new Call('tools/call', {});
  see(call, values);
  return call;
}

function see(call: Call, values: readonly string[]): void {
  const data = Object.fromEntries(values.map((value, index) => [`k${index}`, base64(value)]));
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, data };
  call.saw({ path: '/api/v1/namespaces/default/secrets/x' }, secret);
}

describe('Call.hideFromQuestion', () => {
  it('shows what is proposed, until something else is, and hides what is seen later', () => {
    const call = callWith(['hunter2Zq-one', 'Tr0ub4dor&x']);
    const ask = () => call.hideFromQuestion(['say hunter2Zq-one', 'say Tr0ub4dor&x']);
    assert.deepEqual(ask(), ['say <redacted>', 'say <redacted>']);
    call.proposes(['is', 'hunter2Zq-one']);
    assert.deepEqual(ask(), ['say hunter2Zq-one', 'say <redacted>']);
    see(call, ['correct-horse-3']);
    assert.deepEqual(call.hideFromQuestion(['correct-horse-3']), ['<redacted>']);
    call.proposes(['correct-horse-3']);
    assert.deepEqual(ask(), ['say <redacted>', 'say <redacted>']);
  });

  it('looks once for the values among what is proposed, however often it asks', () => {
    const call = callWith(['hunter2Zq-one']);
    const without = mock.method(RedactedValues.prototype, 'without');
    try {
      call.proposes(['is', 'hunter2Zq-one']);
      for (let index = 0; index < 10; index += 1) call.hideFromQuestion([`question ${index}`]);
      assert.equal(without.mock.callCount(), 1);
    } finally {
      without.mock.restore();
    }
  });
});
