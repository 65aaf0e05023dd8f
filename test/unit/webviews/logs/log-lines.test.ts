import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LogLines } from '../../../../src/webviews/logs/log-lines.ts';

const SOURCES = [0, 1, 2].map((pod) => ({ pod: `pod-${pod}`, container: 'app' }));
const time = (second: number) => new Date(second * 1_000).toISOString();

describe('the lines of a log', () => {
  it('are in order of time, and those of each source as they came', () => {
    const line = fc.record({ source: fc.integer({ min: 0, max: 2 }), wait: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(fc.array(line)), (batches) => {
        const lines = new LogLines();
        lines.add([], SOURCES);
        const clocks = [0, 0, 0];
        let count = 0;
        for (const batch of batches)
          lines.add(
            batch.map(({ source, wait }) => {
              clocks[source] = (clocks[source] ?? 0) + wait;
              count += 1;
              return { source, time: time(clocks[source] ?? 0), text: String(count) };
            }),
            [],
          );
        assert.equal(lines.all.length, count);
        assert.deepEqual(
          lines.all,
          lines.all.toSorted((a, b) => a.at - b.at),
        );
        for (const source of SOURCES) {
          const own = lines.all.filter((one) => one.source === source).map(({ text }) => Number(text));
          assert.deepEqual(
            own,
            own.toSorted((a, b) => a - b),
          );
        }
      }),
    );
  });

  it('that continue another belong to it, and notes are where they were said', () => {
    const lines = new LogLines();
    lines.add(
      [
        { source: 0, time: time(5), text: 'ERROR failed' },
        { source: 1, time: time(9), text: 'INFO fine' },
        { source: 0, text: '  at main.js:1' },
        { source: 0, text: 'goroutine 1:' },
        { source: 0, time: time(6), text: 'plain' },
        { source: 0, text: 'the stream ended', isNote: true },
      ],
      SOURCES,
    );
    assert.deepEqual(
      lines.all.map(({ text, level }) => [text, level]),
      [
        ['ERROR failed', 'error'],
        ['  at main.js:1', 'error'],
        ['goroutine 1:', 'error'],
        ['plain', undefined],
        ['INFO fine', 'info'],
        ['the stream ended', undefined],
      ],
    );
  });

  it('are the newest of too many', () => {
    const lines = new LogLines(100, 10);
    for (let index = 0; index < 111; index += 1) {
      assert.equal(lines.trim().length, 0);
      lines.add([{ source: 0, time: time(index), text: String(index) }], index === 0 ? SOURCES : []);
    }
    assert.equal(lines.trim().length, 11);
    assert.equal(lines.all.length, 100);
    assert.equal(lines.all[0]?.text, '11');
    assert.ok(lines.isCut);
  });
});
