import assert from 'node:assert/strict';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { type LogEnd, readLog } from '../../../../src/kubernetes/workloads/logs.ts';

const TIME = '2026-10-01T00:00:00.000000000Z';

describe("a container's log", () => {
  function read(written: readonly string[], lines: number): Promise<LogEnd> {
    const stream = async ({ query }: ApiRequest) =>
      (async function* () {
        for (const line of written.slice(-Number(query?.tailLines))) yield Buffer.from(`${TIME} ${line}\n`);
      })();
    const client = { stream } as unknown as ApiClient;
    return readLog(client, {
      namespace: 'shop',
      pod: 'p',
      container: 'c',
      lines,
      signal: new AbortController().signal,
    });
  }

  it('is its newest lines, redacted, and known to be all or not', async () => {
    const written = ['one', 'password=hunter2-secret', 'three'];
    const three = await read(written, 3);
    assert.equal(three.more, false);
    assert.deepEqual([three.lines[0], three.lines.length], [{ time: TIME, text: 'one' }, 3]);
    assert.match(three.lines[1]?.text ?? '', /^password=<redacted/);
    assert.deepEqual(await read(written, 1), { lines: [{ time: TIME, text: 'three' }], more: true });
    assert.deepEqual(await read([], 1), { lines: [], more: false });
  });

  it('is not all of it where its text is more than is read', async () => {
    const written = Array.from({ length: 12 }, (_, index) => `${index} ${'x'.repeat(2 ** 20)}`);
    const { lines, more } = await read(written, 20);
    assert.equal(more, true);
    assert.deepEqual([lines.length, lines[0]?.time, lines.at(-1)?.text.slice(0, 4)], [7, TIME, '11 x']);
  });
});
