import assert from 'node:assert/strict';
import { LogBuffer } from '../../../../src/extension/logs/log-buffer.ts';

describe('LogBuffer', () => {
  it('keeps the newest lines, whole, in bounded memory', () => {
    const buffer = new LogBuffer();
    for (let index = 0; index < 60; index += 1)
      buffer.add(Array.from({ length: 1_000 }, (_, i) => `${index}-${i} ${'x'.repeat(90)}`));
    assert.ok(buffer.length <= 4_000_000, String(buffer.length));
    assert.ok(buffer.length >= 2_900_000, String(buffer.length));
    assert.match(buffer.text, /^… \d+-\d+ x+\n/);
    assert.ok(buffer.text.endsWith(`59-999 ${'x'.repeat(90)}\n`));
  });
});
