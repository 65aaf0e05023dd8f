import assert from 'node:assert/strict';
import { keyText, needsQuotes, plainScalar } from '../../../../src/kubernetes/text/yaml-scalars.ts';

describe('a plain scalar', () => {
  const values: [string, unknown][] = [
    ['0400', 256],
    ['0777', 511],
    ['0o17', 15],
    ['08', 8],
    ['0x1F', 31],
    ['-0b101', -5],
    ['0b-101', -5],
    ['1_000', 1000],
    ['1e3', 1000],
    ['.5_0', 0.5],
    ['yes', true],
    ['Off', false],
    ['n', false],
    ['~', null],
    ['', null],
    ['yEs', 'yEs'],
    ['12:30', '12:30'],
    ['2024-01-02', '2024-01-02'],
    ['1e400', '1e400'],
    ['1.2.3', '1.2.3'],
    ['9007199254740993', 9007199254740993n],
    ['18446744073709551615', 18446744073709551615n],
    // kubectl rounds beyond 64 bits; we keep the digits.
    ['18446744073709551617', 18446744073709551617n],
  ];
  for (const [source, value] of values)
    it(`reads ${JSON.stringify(source)}`, () => assert.equal(plainScalar(source).value, value));

  it('becomes a key as Go writes it', () => {
    const keys = ['yes', '0x10', '1.10', '1e3', '1234567.5', '0.00001', '-1', '.inf', '2024-01-01'];
    assert.deepEqual(
      keys.map((key) => keyText(plainScalar(key))),
      ['true', '16', '1.1', '1000', '1.2345675e+06', '1e-05', '-1', '.inf', '2024-01-01'],
    );
    assert.equal(keyText(plainScalar('null')), undefined);
    assert.equal(keyText(plainScalar('18446744073709551615')), undefined);
    assert.equal(keyText(plainScalar('-9223372036854775809')), '-9.223372e+18');
  });

  it('is quoted where it would not stay a string', () => {
    assert.deepEqual(['yes', '0X1F', '<<', 'a', '1.2.3'].map(needsQuotes), [true, true, true, false, false]);
  });
});
