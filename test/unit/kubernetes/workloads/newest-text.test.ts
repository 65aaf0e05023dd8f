import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_LOG_BYTES, newestText } from '../../../../src/kubernetes/workloads/newest-text.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('the newest text', () => {
  const line = `${'x'.repeat(2 ** 20 - 1)}\n`;
  const whole = line.repeat(MAX_LOG_BYTES / line.length);

  it('is all of what is short enough, and says when it is not', async () => {
    assert.deepEqual(await newestText(inPieces('', 10)), { text: '', isCut: false });
    assert.deepEqual(await newestText(inPieces(whole, 2 ** 20 + 7)), { text: whole, isCut: false });
    // What fits is whole lines, however it comes.
    assert.deepEqual(await newestText(inPieces(`older\n${whole}`, 2 ** 20 + 7)), { text: whole, isCut: true });
    const { text, isCut } = await newestText(inPieces(`é${whole}y\n`, 2 ** 20));
    assert.equal(isCut, true);
    assert.equal(text.length, whole.length - line.length + 2);
  });

  it('is told alike of any pieces', async () => {
    const size = fc.integer({ min: 2 ** 18, max: 2 ** 24 });
    const more = fc.integer({ min: -2, max: 2 });
    const alike = fc.asyncProperty(size, more, async (pieces, extra) => {
      const text = whole.slice(0, MAX_LOG_BYTES + Math.min(0, extra)) + 'y'.repeat(Math.max(0, extra));
      const read = await newestText(inPieces(text, pieces));
      assert.equal(read.isCut, extra > 0);
      assert.ok(read.isCut ? text.endsWith(read.text) && read.text.length < text.length : read.text === text);
    });
    await fc.assert(alike, { numRuns: 12 });
  });
});
