import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConnectionLostError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { LogProgress } from '../../../../src/kubernetes/workloads/log-progress.ts';
import { followLog } from '../../../../src/kubernetes/workloads/log-stream.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

/** Log timestamps: some equal, some slightly out of order, as with stdout and stderr. */
const times = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), { maxLength: 40 })
  .map((steps) => {
    let second = 0;
    return steps.map(([gap, nanos]) => {
      second += gap === 3 ? 1 : 0;
      return `${new Date(START + second * 1000).toISOString().slice(0, 19)}.00000000${nanos}Z`;
    });
  });

describe('a log that is followed', () => {
  it('gives every line once, wherever the connection breaks', () => {
    fc.assert(
      fc.property(times, fc.array(fc.nat({ max: 40 }), { maxLength: 6 }), (all, breaks) => {
        const progress = new LogProgress();
        const read: number[] = [];
        for (const length of [...breaks, Number.POSITIVE_INFINITY]) {
          const since = progress.since;
          progress.resume();
          // Whole seconds, like a kubelet.
          const sent = [...all.entries()].filter(
            ([, time]) => since === undefined || Date.parse(time) >= Date.parse(since),
          );
          for (const [index, time] of sent.slice(0, since === undefined && read.length > 0 ? 0 : length))
            if (progress.isNew(time)) read.push(index);
        }
        assert.deepEqual(
          read.toSorted((a, b) => a - b),
          [...all.keys()],
        );
      }),
    );
  });

  it('goes on over broken connections, also in the middle of a line, and says nothing of it', async () => {
    const line = (index: number) => `2026-01-01T00:00:0${index}.5Z line ${index}\n`;
    const asked: ApiRequest['query'][] = [];
    const client = {
      stream: async ({ query }: ApiRequest) => {
        asked.push(query);
        const count = asked.length;
        return (async function* () {
          if (count === 1) yield Buffer.from(`${line(1)}${line(2)}${line(3).slice(0, 27)}`);
          else yield Buffer.from(`${line(2)}${line(3)}`);
          if (count < 3) throw new ConnectionLostError('lost');
        })();
      },
    };
    const lines: string[] = [];
    const { signal } = new AbortController();
    const request = { namespace: 'a', pod: 'b', container: 'c', previous: false, lines: 10, signal };
    for await (const { text } of followLog(client, request)) lines.push(text);
    assert.deepEqual(lines, ['line 1', 'line 2', 'line 3']);
    assert.deepEqual(
      asked.map((query) => query?.sinceTime ?? query?.tailLines),
      [10, '2026-01-01T00:00:02.000Z', '2026-01-01T00:00:03.000Z'],
    );
  });
});
