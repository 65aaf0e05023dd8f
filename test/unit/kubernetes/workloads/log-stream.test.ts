import assert from 'node:assert/strict';
import { linesOf } from '../../../../src/kubernetes/workloads/log-stream.ts';

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('the lines of a log', () => {
  it('come whole, however the bytes are cut', async () => {
    assert.deepEqual(await all(linesOf(pieces('a', 'b\nc\r', '\n', '\nlast'))), ['ab', 'c', '', 'last']);
  });

  it('without an end are cut, and the rest of them is left out', async () => {
    const endless = 'x'.repeat(10_000);
    const lines = await all(linesOf(pieces(endless, endless, endless, `${endless}\nnext\n`)));
    assert.equal(lines.length, 2);
    assert.ok((lines[0] ?? '').length < 16_400);
    assert.equal(lines[1], 'next');
  });
});
