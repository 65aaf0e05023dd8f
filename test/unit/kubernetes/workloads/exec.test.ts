import assert from 'node:assert/strict';
import { parseStatus } from '../../../../src/kubernetes/workloads/exec.ts';

describe('parseStatus', () => {
  it('finds the exit code', () => {
    assert.deepEqual(parseStatus('{"metadata":{},"status":"Success"}'), { exitCode: 0 });
    const failure = {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '137' }] },
    };
    assert.deepEqual(parseStatus(JSON.stringify(failure)), { exitCode: 137 });
  });

  it('tells a command that could not start from one that failed', () => {
    const problem = {
      status: 'Failure',
      message: 'no such thing',
      details: { causes: [{ message: 'no such thing' }] },
    };
    assert.deepEqual(parseStatus(JSON.stringify(problem)), { problem: 'no such thing' });
    for (const odd of ['', 'plain words', '[]', 'null']) assert.deepEqual(parseStatus(odd), { problem: odd });
  });
});
