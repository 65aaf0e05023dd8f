import assert from 'node:assert/strict';
import { errorLine, tellingLine } from '../../../../src/kubernetes/diagnosis/logs.ts';

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
