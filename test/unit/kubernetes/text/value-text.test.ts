import assert from 'node:assert/strict';
import { valueText } from '../../../../src/kubernetes/text/value-text.ts';

describe('the text of a value', () => {
  it('is that of any value that an object may have', () => {
    for (const [value, text] of [
      [undefined, 'nothing'],
      [null, 'null'],
      ['web', 'web'],
      [12345678901234567n, '12345678901234567'],
      [[12345678901234567n, { a: 1 }], '[12345678901234567,{"a":1}]'],
    ] as const)
      assert.equal(valueText(value, 80), text);
    assert.equal(valueText('abcdef', 3), 'abc…');
  });
});
