import assert from 'node:assert/strict';
import fc from 'fast-check';
import { streamLines } from '../../../../src/kubernetes/text/stream-lines.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('the lines of a stream', () => {
  it('end at line feeds alone, wherever the stream is cut', async () => {
    const character = fc.constantFrom('a', '€', '\u2028', '\u2029', '\u0085', '\r', '\n', '😀');
    await fc.assert(
      fc.asyncProperty(fc.array(character), fc.integer({ min: 1, max: 7 }), async (characters, size) => {
        const text = characters.join('');
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        const lines: string[] = [];
        for await (const line of streamLines(pieces(Buffer.from(text), size))) lines.push(line);
        assert.deepEqual(lines, expected);
      }),
    );
  });
});
