import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LogLines } from '../../../../src/webviews/logs/log-lines.ts';
import { lineTest } from '../../../../src/webviews/logs/selection.ts';
import { ShownLines } from '../../../../src/webviews/logs/shown-lines.ts';

const SOURCES = ['a', 'b'].map((pod) => ({ pod, container: 'app' }));
const texts = (lines: readonly { text: string }[]) => lines.map(({ text }) => text);

describe('the shown lines', () => {
  it('are those of all that pass the test, whatever comes and goes while they are searched', async () => {
    const step = fc.oneof(
      fc.record({ seconds: fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }) }),
      fc.record({ modulus: fc.integer({ min: 1, max: 4 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.array(step, { maxLength: 6 }), async (before, during) => {
        const lines = new LogLines(40, 10);
        let count = 0;
        const add = (seconds: readonly number[]) => {
          const sent = seconds.map((second) => {
            count += 1;
            return { source: count % 2, time: new Date(second * 1_000).toISOString(), text: String(count) };
          });
          shown.add(lines.add(sent, count === sent.length ? SOURCES : []));
          shown.drop(lines.trim());
        };
        const shown = new ShownLines(lines.all, async () => {});
        let modulus = 1;
        const searches: Promise<boolean>[] = [];
        const take = (one: (typeof before)[number]) => {
          if ('seconds' in one) return add(one.seconds);
          modulus = one.modulus;
          const wanted = modulus;
          searches.push(shown.select(({ text }) => Number(text) % wanted === 0));
        };
        for (const one of before) take(one);
        await Promise.all(searches);
        for (const one of during) take(one);
        await Promise.all(searches);
        assert.deepEqual(texts(shown.lines), texts(lines.all.filter(({ text }) => Number(text) % modulus === 0)));
      }),
    );
  });

  it('are searched in slices, and the last of two searches counts', async () => {
    const lines = new LogLines();
    lines.add(
      Array.from({ length: 20_000 }, (_, index) => ({ source: 0, text: `line ${index}` })),
      SOURCES,
    );
    let pauses = 0;
    const shown = new ShownLines(lines.all, async () => {
      pauses += 1;
      await new Promise((resolve) => setImmediate(resolve));
    });
    const ones = await lineTest({ pattern: '^line 1.{4}$', level: undefined });
    // Longer than a slice, however fast the machine: the second search begins before this one can end.
    const end = performance.now() + 50;
    const first = shown.select(() => {
      while (performance.now() < end);
      return true;
    });
    const second = shown.select(ones);
    assert.deepEqual(await Promise.all([first, second]), [false, true]);
    assert.equal(shown.lines.length, 10_000);
    assert.ok(pauses > 0);
  });
});
