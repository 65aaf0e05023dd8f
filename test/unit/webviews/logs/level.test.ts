import assert from 'node:assert/strict';
import { levelOf } from '../../../../src/webviews/logs/level.ts';

describe('the level of a line', () => {
  it('is found in the usual forms', () => {
    for (const [line, level] of [
      ['E1124 10:11:12.000000       1 reflector.go:1] watch failed', 'error'],
      ['I1124 10:11:12.000000       1 main.go:1] level=error in a text', 'info'],
      ['{"time":"2026-01-01","level":"warn","msg":"ERROR in a text"}', 'warning'],
      ['{"level":50,"msg":"pino"}', 'error'],
      ['{"severity": "NOTICE"}', 'info'],
      ['ts=2026-01-01T00:00:00Z level=debug msg="x"', 'debug'],
      ['2026-01-01 00:00:00,000 WARN  [main] c.e.App: slow', 'warning'],
      ['2026/01/01 00:00:00 [error] 7#7: *1 open() failed', 'error'],
      ['FATAL: no such database', 'error'],
      ['INFO:root:started', 'info'],
    ] as const)
      assert.equal(levelOf(line), level, line);
  });

  it('is not made up', () => {
    for (const line of ['an error occurred', 'GET /errors/ 200', 'HERROR', '', 'level=7', 'E2E test passed'])
      assert.equal(levelOf(line), undefined, line);
  });
});
