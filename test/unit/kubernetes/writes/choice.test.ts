import assert from 'node:assert/strict';
import { isNegative } from '../../../../src/kubernetes/writes/choice.ts';

describe('a label selector', () => {
  it('chooses by what objects have, not only by what they have not', () => {
    for (const selector of ['!x', ' !x', 'a!=b', 'a != b', 'a notin (b)', 'a notin (b,c),!d', 'a notin(b)', '!x,', ','])
      assert.ok(isNegative(selector), selector);
    for (const selector of ['x', 'a=b', 'a==b', 'a in (b,c)', 'a=b,!x', '!x,a=b', 'a in (notin, b)', 'notin'])
      assert.ok(!isNegative(selector), selector);
  });
});
