import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outline } from '../../../../src/webviews/pages/chart-line.ts';

describe('the line of a chart', () => {
  it('goes from the left to the right, higher for more', () => {
    const { line, limitAt } = outline(
      [
        [1_000, 1],
        [2_000, 2],
        [3_000, 4],
      ],
      5,
    );
    const places = line.split(' ').map((place) => place.split(',').map(Number));
    assert.deepEqual(
      places.map(([x]) => x),
      [0, 120, 240],
    );
    const [first = [], second = [], third = []] = places;
    assert.ok(Number(first[1]) > Number(second[1]) && Number(second[1]) > Number(third[1]));
    assert.ok(limitAt !== undefined && limitAt < Number(third[1]));
  });

  it('has a line for one point, and no limit that is far above', () => {
    assert.equal(outline([[5, 1]], undefined).line.split(' ').length, 2);
    assert.equal(outline([[5, 1]], 100).limitAt, undefined);
  });

  it('stays inside, whatever is measured', () => {
    const value = fc.double({ min: 0, max: 1e15, noNaN: true });
    const points = fc.array(fc.tuple(fc.nat(), value), { minLength: 1 });
    fc.assert(
      fc.property(points, fc.option(value, { nil: undefined }), (measured, limit) => {
        const sorted = measured.toSorted(([a], [b]) => a - b);
        for (const place of outline(sorted, limit).line.split(' ')) {
          const [x, y] = place.split(',').map(Number);
          assert.ok(x !== undefined && x >= 0 && x <= 240 && y !== undefined && y >= 0 && y <= 48, place);
        }
      }),
    );
  });
});
