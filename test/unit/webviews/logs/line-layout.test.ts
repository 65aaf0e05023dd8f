import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LineLayout, widthOf } from '../../../../src/webviews/logs/line-layout.ts';

describe('the layout of lines', () => {
  it('finds the line of every row', () => {
    const widths = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(widths, widths, fc.integer({ min: 1, max: 20 }), fc.nat(), (first, then, columns, at) => {
        const layout = new LineLayout(columns);
        layout.update(0, first);
        const from = at % (first.length + 1);
        layout.update(from, then);
        const all = [...first.slice(0, from), ...then];
        const lineOfRow = all.flatMap((width, line) => Array(Math.max(1, Math.ceil(width / columns))).fill(line));
        assert.equal(layout.rows, lineOfRow.length);
        for (const [row, line] of lineOfRow.entries()) assert.equal(layout.lineAt(row), line);
        for (const line of all.keys()) assert.equal(layout.rowOf(line), lineOfRow.indexOf(line));
        assert.equal(layout.lineAt(layout.rows + 5), all.length - 1);
      }),
    );
  });

  it('gives every line one row unless it wraps', () => {
    const layout = new LineLayout(Number.POSITIVE_INFINITY);
    layout.update(0, [0, 5_000, 3]);
    assert.equal(layout.rows, 3);
    assert.equal(new LineLayout(80).lineAt(3), 0);
  });

  it('knows which signs are wide', () => {
    assert.equal(widthOf('abc'), 3);
    assert.equal(widthOf('日志'), 4);
    assert.equal(widthOf('é 🚀'), 4);
  });
});
