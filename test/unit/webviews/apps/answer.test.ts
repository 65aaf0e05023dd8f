import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blocksOf } from '../../../../src/webviews/apps/answer.ts';

describe('an answer in a view', () => {
  it('is what its lines are: text, tables and diffs', () => {
    assert.deepEqual(blocksOf('2 pods\nNAME\tAGE\na\t5m\nb\t6m\nMore: continue=x'), [
      { type: 'lines', lines: ['2 pods'] },
      {
        type: 'table',
        header: ['NAME', 'AGE'],
        rows: [
          ['a', '5m'],
          ['b', '6m'],
        ],
      },
      { type: 'lines', lines: ['More: continue=x'] },
    ]);
    assert.deepEqual(blocksOf('Updated:\n--- live\n+++ updated\n@@ -1 +1 @@ data\n-  a: 1\n+  a: 2\nNote: x'), [
      { type: 'lines', lines: ['Updated:'] },
      { type: 'diff', lines: ['--- live', '+++ updated', '@@ -1 +1 @@ data', '-  a: 1', '+  a: 2'] },
      { type: 'lines', lines: ['Note: x'] },
    ]);
    const two = ['--- a', '+++ b', '+c', '--- d', '+++ e', '-f'];
    assert.deepEqual(blocksOf(two.join('\n')), [
      { type: 'diff', lines: two.slice(0, 3) },
      { type: 'diff', lines: two.slice(3) },
    ]);
  });

  it('keeps every line, whatever it is', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('a\tb', 'c\td', 'a\tb\tc', '--- x', '+++ y', '+z', '', ' ', '@@'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const text = lines.join('\n');
        const shown = blocksOf(text).flatMap((block) =>
          block.type === 'table' ? [block.header, ...block.rows].map((row) => row.join('\t')) : block.lines,
        );
        assert.equal(shown.join('\n'), text);
      }),
    );
  });
});
