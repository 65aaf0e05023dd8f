import assert from 'node:assert/strict';
import { checkValue, LimitError } from '../../../../src/kubernetes/apimachinery/limits.ts';

describe('checkValue', () => {
  const limits = { bytes: 0, depth: 3, values: 10 };

  it('takes what is within the limits', () => {
    for (const value of [undefined, null, 'text', {}, [[[1]]], { a: { b: [1, 2, 3] } }]) checkValue(value, limits);
  });

  it('counts what is there twice, as aliases make it, twice', () => {
    const four = [1, 2, 3, 4];
    checkValue([four, four], limits);
    assert.throws(() => checkValue([four, four, four], limits), LimitError);
    let bomb: unknown[] = [1];
    for (let level = 0; level < 64; level += 1) bomb = [bomb, bomb];
    assert.throws(() => checkValue(bomb, { bytes: 0, depth: 100, values: 1_000_000 }), /more than 1000000 values/);
  });

  it('refuses what is too deep, however deep', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 1_000_000; level += 1) deep = { deep };
    assert.throws(() => checkValue(deep, limits), /more than 3 levels/);
    const own: Record<string, unknown> = {};
    own.self = own;
    assert.throws(() => checkValue(own, limits), LimitError);
  });
});
