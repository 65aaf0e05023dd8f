import assert from 'node:assert/strict';
import { Call } from '../../../../src/server/core/call.ts';
import { usualTime } from '../../../support/growth.ts';

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
    const valuesOf = (count: number) => Array.from({ length: count }, (_, index) => `value-${index * 7919}-Zq`);
    const asking = (count: number, times: number) => {
      const call = callWith(valuesOf(count));
      call.hideFromQuestion(['']);
      return () => {
        call.proposes(Array.from({ length: count * 5 }, (_, index) => `text ${index}`));
        for (let index = 0; index < times; index += 1) call.hideFromQuestion([`question ${index}`]);
      };
    };
    const baseline = usualTime(asking(600, 1));
    assert.ok(usualTime(asking(600, 10)) < 5 * baseline);
  });
});
