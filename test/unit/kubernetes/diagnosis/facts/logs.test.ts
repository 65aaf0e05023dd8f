import assert from 'node:assert/strict';
import { errorLine, markedErrors, tellingLine } from '../../../../../src/kubernetes/diagnosis/facts/logs.ts';

describe('markedErrors', () => {
  it('finds lines that are marked as errors, in the ways of many loggers', () => {
    const errors = [
      '2026-01-01T00:00:00Z ERROR cannot connect',
      '{"level":"error","msg":"no route"}',
      '{"level":50,"msg":"pino"}',
      'time=2026 level=error msg="failed"',
      'E0101 10:00:00.000000 1 reflector.go:1] failed to list',
      '2026/01/01 [error] 7#7: upstream timed out',
      'panic: runtime error: index out of range',
      'Traceback (most recent call last):',
      'java.lang.IllegalStateException: no bean',
      'TypeError: x is not a function',
      'error: no such file',
      '[FATAL] out of disk',
    ];
    assert.deepEqual(markedErrors(errors), errors);
  });

  it('leaves alone what only speaks of errors', () => {
    const fine = [
      'GET /errors/404 200',
      'processed 10 items, 0 errors, 0 failed',
      'errors=0 warnings=1',
      'ERROR=0',
      'level=info msg="no error so far"',
      'INFO error handler installed',
      'the page was not found, as expected',
      '    at main (app.js:1)',
      'I0101 10:00:00.000000 1 controller.go:1] synced',
    ];
    assert.deepEqual(markedErrors(fine), []);
  });

  it('finds errors that are told in words only', () => {
    const told = [
      'Run 7 failed with error: division by zero',
      'Failed to connect to redis:6379',
      'dial tcp 10.0.0.1:5432: connect: connection refused: retrying',
      'worker 3: unable to open /data/queue.db',
      'last error: context deadline exceeded',
      '10:00:00 sync failed: remote hung up',
    ];
    assert.deepEqual(markedErrors(told), told);
    const fine = [
      'error: 0',
      'last error: none',
      'level=info msg="failed to find a cache, made one"',
      '2026-01-01 DEBUG request failed: will be tried again',
      '[info] failed to match rule 3, next',
      'requests failed: 0',
      'no failed to deliver messages',
      'suite: 12 passed, 0 failed with a retry',
    ];
    assert.deepEqual(markedErrors(fine), []);
  });
});

describe('what a log tells', () => {
  it('is the line that says why, not what follows it', () => {
    assert.equal(
      tellingLine(['boot', 'FATAL: DATABASE_URL is not set', 'goroutine 1 [running]:', 'exit status 1']),
      'FATAL: DATABASE_URL is not set',
    );
    assert.equal(
      tellingLine([
        'Exception in thread "main" java.lang.RuntimeException: outer',
        '\tat A.b(A.java:1)',
        'Caused by: java.io.IOException: disk full',
        '\tat C.d(C.java:2)',
      ]),
      'Caused by: java.io.IOException: disk full',
    );
    assert.equal(
      tellingLine(['Traceback (most recent call last):', '  File "a.py", line 1, in <module>', 'ValueError: bad port']),
      'ValueError: bad port',
    );
    assert.equal(
      tellingLine(['{"level":"info"}', '{"level":"error","msg":"no route"}', '{"level":"info","msg":"bye"}']),
      '{"level":"error","msg":"no route"}',
    );
    assert.equal(tellingLine(['one', 'two']), 'two');
    assert.equal(tellingLine([]), undefined);
    assert.equal(errorLine(['listening', 'ready']), undefined);
  });
});
