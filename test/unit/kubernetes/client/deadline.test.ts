import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Deadline } from '../../../../src/kubernetes/client/deadline.ts';

describe('a deadline', () => {
  let now: number;
  beforeEach(() => {
    now = 0;
    mock.timers.enable({ apis: ['setTimeout'] });
    mock.method(performance, 'now', () => now);
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });
  const pass = (milliseconds: number) => {
    now += milliseconds;
    mock.timers.tick(milliseconds);
  };

  it('counts all time but that of the work that is excepted', async () => {
    const deadline = new Deadline(1_000);
    pass(400);
    const work = Promise.withResolvers<string>();
    const done = deadline.without(() => work.promise);
    pass(60_000);
    assert.equal(deadline.left, 600);
    work.resolve('done');
    assert.equal(await done, 'done');
    pass(599);
    assert.equal(deadline.signal.aborted, false);
    pass(1);
    assert.equal(deadline.signal.aborted, true);
  });

  it('counts on when the work fails, and no more once it is lifted', async () => {
    const deadline = new Deadline(1_000);
    await assert.rejects(
      deadline.without(() => Promise.reject(new Error('no'))),
      /no/,
    );
    pass(500);
    assert.equal(deadline.left, 500);
    deadline.end();
    pass(5_000);
    assert.equal(deadline.signal.aborted, false);
  });
});
