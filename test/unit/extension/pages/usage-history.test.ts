import assert from 'node:assert/strict';
import { UsageHistory } from '../../../../src/extension/pages/usage-history.ts';

describe('what was used since a page was opened', () => {
  const usage = (cpu: number | undefined) => ({
    cpu: { used: cpu, requested: 0.5, limit: undefined },
    memory: { used: undefined, requested: undefined, limit: undefined },
  });

  it('is a chart with a point for each measurement, at most those of an hour', () => {
    const history = new UsageHistory();
    assert.equal(history.charts.length, 0);
    history.add(usage(0.1), 0);
    history.add(usage(0.2), 5_000);
    history.add(usage(0.3), 20_000);
    history.add(undefined, 40_000);
    const [cpu, ...others] = history.charts;
    assert.equal(others.length, 0, 'memory was not measured');
    assert.deepEqual(cpu?.points, [
      [0, 0.2],
      [20_000, 0.3],
    ]);
    assert.equal(cpu?.text, '300m in use · 500m requested');
    assert.equal(cpu?.limit, 0.5);
    for (let index = 2; index < 1_000; index += 1) history.add(usage(1), index * 20_000);
    assert.equal(history.charts[0]?.points.length, 240);
  });
});
