import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { LimitError } from '../../../../src/kubernetes/apimachinery/limits.ts';
import { offLoop } from '../../../../src/kubernetes/text/off-loop.ts';

describe('offLoop', () => {
  it('does the work of several, one after the other', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `a: ${index}`);
    const values = await Promise.all(texts.map((text) => offLoop('parseValue', text, 'The text')));
    assert.deepEqual(
      values,
      texts.map((_, a) => ({ a })),
    );
  });

  it('throws what the work throws', async () => {
    await assert.rejects(offLoop('parseValue', 'a: [', 'The text'), (error) => {
      assert.ok(error instanceof UserError && !(error instanceof LimitError));
      assert.match(error.message, /^The text is not valid YAML or JSON at line 1/);
      return true;
    });
  });

  it('ends work that takes too long, and goes on with the next', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const [endless, next] = await Promise.allSettled([
      offLoop('parseValue', '!!x '.repeat(500_000), 'The text'),
      offLoop('parseValue', 'a: 1', 'The text'),
    ]);
    delay.disable();
    assert.match(String(endless.status === 'rejected' && endless.reason), /takes too much time or memory/);
    assert.ok(endless.status === 'rejected' && endless.reason instanceof LimitError);
    assert.deepEqual(next, { status: 'fulfilled', value: { a: 1 } });
    assert.ok(delay.percentile(50) < 50e6, `half of all turns waited ${delay.percentile(50) / 1e6} ms`);
  });

  it('takes no more memory than its share', async () => {
    // Each line expands to a hundred thousand values when its aliases are resolved.
    const lines = Array.from({ length: 9 }, (_, level) => `a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`);
    const bomb = ['a-1: &a-1 [x]', ...lines].join('\n');
    await assert.rejects(offLoop('parseKubeconfig', bomb), UserError);
  });
});
