import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lastRange, numberText, seriesOf, summaryOf, valuesBy } from '../../../../src/kubernetes/metrics/series.ts';

const RANGE = { start: 1_000, end: 1_600, step: 60 };
const answer = (values: [number, string][], metric: object = {}) => ({ result: [{ metric, values }] });

describe('series of metrics', () => {
  it('have a slot for each step, and no value where there is none', () => {
    const [series] = seriesOf(
      answer(
        [
          [1_060, '1'],
          [1_120, 'NaN'],
          [1_180, '+Inf'],
          [1_600, '3'],
          [9_999, '4'],
        ],
        { job: 'x' },
      ),
      RANGE,
    );
    assert.deepEqual(series?.labels, { job: 'x' });
    assert.equal(series?.values.length, 11);
    assert.deepEqual(
      series?.values.filter((value) => value !== undefined),
      [1, Number.POSITIVE_INFINITY, 3],
    );
    assert.equal(series?.values[10], 3);
    assert.equal(summaryOf({ labels: {}, values: [undefined] }), undefined);
  });

  it('are summed up', () => {
    const values = [1, 2, undefined, 10, 3];
    assert.deepEqual(summaryOf({ labels: {}, values }), { min: 1, median: 2.5, max: 10, last: 3, trend: '▁▂ █▃' });
    assert.deepEqual(summaryOf({ labels: {}, values: [5] }), { min: 5, median: 5, max: 5, last: 5, trend: '▁' });
  });

  it('hold whatever values there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ noNaN: true }), { nil: undefined }), { minLength: 1, maxLength: 80 }),
        (values) => {
          const summary = summaryOf({ labels: {}, values });
          const known = values.filter((value) => value !== undefined);
          if (!summary) return assert.equal(known.length, 0);
          const { min, median, max, last, trend } = summary;
          assert.ok(min <= median && median <= max && min <= last && last <= max);
          assert.match(trend, /^[ ▁▂▃▄▅▆▇█]{1,12}$/);
          for (const value of [min, median, max]) assert.match(numberText(value), /^[-+]?(\d[\d.e+-]*[kMGT]?|Inf)$/);
        },
      ),
    );
  });

  it('have a median between the largest numbers, and between the infinities', () => {
    const medianOf = (...values: number[]) => summaryOf({ labels: {}, values })?.median;
    assert.equal(medianOf(1.7e308, 1.5e308), 1.6e308);
    assert.equal(medianOf(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY), Number.NEGATIVE_INFINITY);
    assert.equal(medianOf(1, 2), 1.5);
  });

  it('have no value where an answer has none', () => {
    const result = [{ metric: {}, values: [[1_060], [1_120, null], [1_180, {}], [1_240, '']] }];
    assert.ok(seriesOf({ result }, RANGE).every(({ values }) => values.every((value) => value === undefined)));
    assert.equal(valuesBy('container', { result: [{ metric: {}, value: [1_060] }] }).size, 0);
  });

  it('are read from whatever an answer holds', () => {
    fc.assert(
      fc.property(fc.anything(), (result) => {
        seriesOf({ result }, RANGE).map(summaryOf);
        valuesBy('container', { result });
        seriesOf({ result: [result, { metric: result, values: [result, [1_060, result], [result, '1']] }] }, RANGE);
      }),
      { examples: [[{ toString: 0 }], [Object.create(null)]] },
    );
  });

  it('have numbers that fit a cell', () => {
    const cases: [number, string][] = [
      [0, '0'],
      [0.12345, '0.123'],
      [12, '12'],
      [1234.5, '1230'],
      [123_456_789, '123M'],
      [2.5e9, '2.5G'],
      [1e-7, '1.0e-7'],
      [-20_000, '-20k'],
    ];
    for (const [value, text] of cases) assert.equal(numberText(value), text);
  });

  it('are asked for in at most 61 steps, none of them below 15 s', () => {
    for (const seconds of [1, 60, 3_600, 86_400, 7_000_000]) {
      const { start, end, step } = lastRange(seconds * 1_000);
      assert.equal(end - start, seconds);
      assert.ok(step >= 15 && seconds / step <= 60);
    }
  });
});
