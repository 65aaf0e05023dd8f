import assert from 'node:assert/strict';
import { alertLines } from '../../../../src/kubernetes/metrics/alerts.ts';

describe('alertLines', () => {
  const now = Date.parse('2026-01-01T01:00:00Z');
  const alert = (alertname: string, severity: string, more: object = {}, state = 'firing') => ({
    state,
    labels: { alertname, severity, ...more },
    annotations: { summary: `${alertname} is bad` },
    activeAt: '2026-01-01T00:00:00Z',
  });

  it('names the worst first, and alike ones once', () => {
    const alerts = [
      alert('Slow', 'warning', { namespace: 'shop', pod: 'web-1' }),
      alert('Slow', 'warning', { namespace: 'shop', pod: 'web-2' }),
      alert('Down', 'critical'),
      alert('Odd', ''),
      alert('Waits', 'critical', {}, 'pending'),
      alert('Watchdog', 'none'),
    ];
    assert.deepEqual(alertLines({ alerts }, 'here', now), [
      'Alerts firing (Prometheus, here):',
      '  critical Down for 60m: Down is bad',
      '  warning Slow for 60m: namespace=shop, pod=web-1 (and 1 more): Slow is bad',
      '  Odd for 60m: Odd is bad',
    ]);
  });

  it('is bounded, on single lines, and says that there is nothing', () => {
    const alerts = Array.from({ length: 15 }, (_, index) =>
      alert(`A${index}`, 'x\ny\u202e', { pod: 'p'.repeat(1_000) }),
    );
    const lines = alertLines({ alerts }, 'here', now);
    assert.equal(lines.length, 12);
    assert.equal(lines.at(-1), '  and 5 more kinds of alerts');
    for (const line of lines) assert.match(line, /^[^\n\u202e]{1,310}$/);
    for (const none of [undefined, null, 1, [], [null, 1, {}]])
      assert.deepEqual(alertLines({ alerts: none }, 'here', now), ['No alert fires (Prometheus, here).']);
  });
});
