import assert from 'node:assert/strict';
import { LogBuffer } from '../../../../src/extension/logs/log-buffer.ts';
import { logAddress, logUri } from '../../../../src/extension/logs/log-uri.ts';
import { linesOf } from '../../../../src/kubernetes/workloads/log-stream.ts';

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('the address of a log', () => {
  it('survives its URI, whatever the names', () => {
    const coordinates = { context: 'arn:aws:eks/x&y=z', namespace: 'shop', resource: 'pods', name: 'web.yaml' };
    for (const container of [undefined, 'app'])
      for (const previous of [false, true])
        for (const target of [undefined, 'a folder']) {
          const address = { target, coordinates, container, previous };
          const { pathname, search } = new URL(logUri(address));
          const [path, query] = [decodeURIComponent(pathname), search.slice(1)];
          assert.match(path, /^\/shop\/pods\/web\.yaml\.log$/);
          const found = logAddress(path, query);
          assert.deepEqual(found && { ...found, target: found.target && decodeURIComponent(found.target) }, address);
        }
  });

  it('is of logs only', () => {
    assert.equal(logAddress('/shop/pods/web.yaml', 'context=a'), undefined);
  });
});

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
