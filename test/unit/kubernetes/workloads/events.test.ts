import assert from 'node:assert/strict';
import { type ClusterEvent, foldEvents } from '../../../../src/kubernetes/workloads/events.ts';

const base: ClusterEvent = {
  metadata: { namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' },
  type: 'Warning',
  reason: 'BackOff',
  message: 'again',
  involvedObject: { kind: 'Pod', name: 'a', uid: '1' },
};
const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`;

describe('foldEvents', () => {
  it('puts repeated events of one object together, the newest first', () => {
    const found = foldEvents([
      { ...base, firstTimestamp: at(1), lastTimestamp: at(5), count: 4 },
      {
        ...base,
        involvedObject: { ...base.involvedObject, uid: '2', name: 'b' },
        firstTimestamp: at(9),
        lastTimestamp: at(9),
      },
      { ...base, firstTimestamp: at(6), lastTimestamp: at(8), count: 2 },
    ]);
    assert.deepEqual(
      found.map(({ object, count, first, last }) => [
        object.name,
        count,
        new Date(first).getMinutes(),
        new Date(last).getMinutes(),
      ]),
      [
        ['b', 1, 9, 9],
        ['a', 6, 1, 8],
      ],
    );
  });

  it('reads the times and the count of either API', () => {
    const [series] = foldEvents([
      {
        ...base,
        eventTime: at(2),
        series: { count: 7, lastObservedTime: at(4) },
        firstTimestamp: null,
        lastTimestamp: null,
        count: 0,
      },
    ]);
    assert.deepEqual([series?.count, series?.first, series?.last], [7, Date.parse(at(2)), Date.parse(at(4))]);
    const [single] = foldEvents([
      { ...base, eventTime: at(2), series: null, firstTimestamp: null, lastTimestamp: null },
    ]);
    assert.deepEqual([single?.count, single?.last], [1, Date.parse(at(2))]);
    const [bare] = foldEvents([base]);
    assert.equal(bare?.last, Date.parse('2026-01-01T00:00:00Z'));
  });
});
