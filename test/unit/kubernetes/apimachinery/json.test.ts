import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonText, parseJson } from '../../../../src/kubernetes/apimachinery/json.ts';

describe('JSON with exact integers', () => {
  const text = '{"a":9007199254740993,"b":[-9223372036854775808,18446744073709551615],"c":{"d":9223372036854775807}}';

  it('keeps every digit', () => {
    assert.equal(jsonText(parseJson(text)), text);
    assert.deepEqual(parseJson('[9007199254740993]'), [9007199254740993n]);
    assert.equal(parseJson('9007199254740993'), 9007199254740993n);
  });

  it('takes what a double holds, and what is no integer, for a number', () => {
    assert.deepEqual(
      parseJson('[9007199254740991,1234567890123456.5,1e300]'),
      [9007199254740991, 1234567890123456.5, 1e300],
    );
    assert.deepEqual(parseJson('{"a":"9007199254740993"}'), { a: '9007199254740993' });
  });

  it('reads and writes any integers', () => {
    const integer = fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n });
    fc.assert(
      fc.property(fc.array(integer), (integers) => {
        const written = `[${integers.join(',')}]`;
        assert.equal(jsonText(parseJson(written)), written);
      }),
    );
  });

  it('reads all else as ever', () => {
    fc.assert(fc.property(fc.json(), (given) => assert.deepEqual(parseJson(given), JSON.parse(given))));
  });
});
