import assert from 'node:assert/strict';
import { UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { type LongCall, Tasks } from '../../../../src/server/mcp/tasks.ts';

const answer = (text: string) => ({ content: [{ type: 'text', text }] });

describe('tasks', () => {
  let abort: AbortController;
  let told: string[];
  let ended: number;
  let tasks: Tasks;

  beforeEach(() => {
    abort = new AbortController();
    told = [];
    ended = 0;
    tasks = new Tasks(() => {
      ended += 1;
    }, 0);
  });

  const request = (owner = 'a') => ({ owner, signal: abort.signal, progress: (text: string) => void told.push(text) });

  /** A call that has been answered with a task, and how to end it. */
  async function long(owner = 'a') {
    const work = Promise.withResolvers<object>();
    let call: LongCall | undefined;
    const given = await tasks.run(request(owner), (its) => {
      call = its;
      its.settled();
      return work.promise as Promise<Record<string, unknown>>;
    });
    assert.ok(call);
    assert.equal(given.resultType, 'task');
    return { ...work, call, given, id: String(given.taskId) };
  }
  const turns = () => new Promise((resolve) => setImmediate(resolve));

  it('are not made of what ends soon', async () => {
    tasks = new Tasks(undefined, 60_000);
    const result = await tasks.run(request(), async ({ progress, settled }) => {
      settled();
      progress('half');
      return answer('done');
    });
    assert.deepEqual([result, told, tasks.running], [answer('done'), ['half'], 0]);
    const failing = tasks.run(request(), () => Promise.reject(new UserError('no')));
    await assert.rejects(failing, /no/);
  });

  it('are not made while something may be asked of the client', async () => {
    const work = Promise.withResolvers<Record<string, unknown>>();
    let its: LongCall | undefined;
    const result = tasks.run(request(), (call) => {
      its = call;
      return work.promise;
    });
    let over = false;
    void result.then(() => {
      over = true;
    });
    for (let turn = 0; turn < 20; turn++) await turns();
    assert.equal(over, false);
    its?.settled();
    assert.equal((await result).status, 'working');
    work.resolve(answer('done'));
  });

  it('work, say how far they are, and end with the result that the call has', async () => {
    const { id, given, call, resolve } = await long();
    assert.equal(given.status, 'working');
    assert.ok(Number(given.ttlMs) > 60_000 && Number(given.pollIntervalMs) > 0);
    call.progress('2 of 3 are ready');
    await turns();
    assert.deepEqual(told, [], 'its request is answered');
    assert.equal(tasks.get(id, 'a').statusMessage, '2 of 3 are ready');
    assert.deepEqual([tasks.running, ended], [1, 0]);
    resolve(answer('ready'));
    await turns();
    const { status, result } = tasks.get(id, 'a');
    assert.deepEqual([status, result], ['completed', { resultType: 'complete', ...answer('ready') }]);
    assert.deepEqual([tasks.running, ended], [0, 1]);
    assert.ok(!('statusMessage' in given));
  });

  it('fail only with what is no result', async () => {
    const { id, reject } = await long();
    reject(new Error('broken'));
    await turns();
    const { status, error } = tasks.get(id, 'a');
    assert.deepEqual([status, error], ['failed', { code: -32603, message: 'broken' }]);
  });

  it('are cancelled by their caller, once, and not by the end of the request that made them', async () => {
    const { id, call, resolve } = await long();
    abort.abort();
    assert.equal(call.signal.aborted, false);
    tasks.cancel(id, 'a');
    assert.equal(call.signal.aborted, true);
    assert.equal(tasks.get(id, 'a').status, 'cancelled');
    resolve(answer('too late'));
    await turns();
    tasks.cancel(id, 'a');
    assert.deepEqual([tasks.get(id, 'a').status, tasks.running, ended], ['cancelled', 0, 1]);
  });

  it('end with their request before there is a task', async () => {
    tasks = new Tasks(undefined, 60_000);
    const result = tasks.run(request(), async ({ signal, settled }) => {
      settled();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return answer('cancelled');
    });
    abort.abort();
    assert.deepEqual(await result, answer('cancelled'));
    assert.equal(tasks.running, 0);
  });

  it('are their caller’s alone', async () => {
    const { id } = await long('a');
    for (const [other, owner] of [
      [id, 'b'],
      [id, ''],
      ['', 'a'],
      [undefined, 'a'],
      [{ id }, 'a'],
    ] as const) {
      assert.throws(() => tasks.get(other, owner), { name: 'RequestError', code: -32602 });
      assert.throws(() => tasks.cancel(other, owner), /no such task/);
    }
    assert.equal(tasks.get(id, 'a').status, 'working');
  });

  it('are so many for a caller; then calls are waited for as ever', async () => {
    for (let count = 0; count < 50; count++) await long();
    let call: LongCall | undefined;
    const next = tasks.run(request(), async (its) => {
      call = its;
      its.settled();
      await turns();
      await turns();
      return answer(String(its.signal.aborted));
    });
    assert.deepEqual(await next, answer('false'));
    assert.ok(call);
    assert.equal((await long('b')).given.status, 'working');
  });
});
