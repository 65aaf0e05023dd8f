import assert from 'node:assert/strict';
import { cpuText, memoryText, parseQuantity, percentText } from '../../../../src/kubernetes/apimachinery/quantity.ts';

describe('quantities', () => {
  it('are read in every notation', () => {
    const cases: [string, number][] = [
      ['250m', 0.25],
      ['2', 2],
      ['1.5', 1.5],
      ['123456789n', 0.123456789],
      ['500u', 0.0005],
      ['128Mi', 128 * 2 ** 20],
      ['1Gi', 2 ** 30],
      ['1k', 1000],
      ['1e3', 1000],
      ['1E', 1e18],
      ['12E2', 1200],
    ];
    for (const [text, value] of cases) assert.ok(Math.abs((parseQuantity(text) ?? -1) - value) < 1e-9 * value, text);
    for (const text of ['', 'x', '1Q', '1 Gi', undefined, null]) assert.equal(parseQuantity(text), undefined);
  });

  it('are the same number in every notation', () => {
    for (let milli = 1; milli < 3_000; milli += 1)
      assert.equal(parseQuantity(`${milli}m`), parseQuantity(String(milli / 1000)), String(milli));
    for (const [one, other] of [
      ['0.1Gi', '107374182400m'],
      ['1.1Gi', '1181116006400m'],
      ['100n', '0.1u'],
      ['0.1m', '0.0001'],
      ['1.1k', '1100'],
    ])
      assert.equal(parseQuantity(one), parseQuantity(other), one);
  });

  it('are written short', () => {
    assert.deepEqual([0.25, 2, 1.455, 0].map(cpuText), ['250m', '2', '1455m', '0']);
    assert.deepEqual([0, 700 * 1024, 96 * 2 ** 20, 1.3 * 2 ** 30, 2 ** 30, 256 * 2 ** 30, 2 ** 41].map(memoryText), [
      '0Ki',
      '700Ki',
      '96Mi',
      '1.3Gi',
      '1Gi',
      '256Gi',
      '2Ti',
    ]);
  });

  it('are told as a share of each other in percent', () => {
    assert.deepEqual(
      [percentText(1, 3), percentText(57, 200), percentText(3, 2), percentText(0.5)],
      ['33%', '29%', '150%', '50%'],
    );
  });
});
