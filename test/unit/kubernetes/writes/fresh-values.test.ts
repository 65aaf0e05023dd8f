import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FreshValues } from '../../../../src/kubernetes/writes/fresh-values.ts';

describe('fresh values', () => {
  it('are new each time, and those that were shown before where their seed is given', () => {
    const before = Date.now();
    const values = new FreshValues();
    assert.ok(values.time.getTime() >= before && values.time.getTime() <= Date.now());
    const again = new FreshValues(values.seed);
    assert.deepEqual(again.time, values.time);
    assert.notEqual(new FreshValues().seed, values.seed);
    // It is a part of a seal, between dots.
    assert.match(values.seed, /^[\w-]+$/);
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        assert.equal(again.suffix(one), values.suffix(one));
        assert.match(values.suffix(one), /^[0-9a-f]{6}$/);
        if (one !== other) assert.notEqual(values.suffix(one), values.suffix(`${one}${other}.`));
      }),
      { numRuns: 50 },
    );
  });
});
