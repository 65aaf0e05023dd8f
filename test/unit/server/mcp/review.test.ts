import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { RejectedError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { FreshValues } from '../../../../src/kubernetes/writes/fresh-values.ts';
import type { Verdict } from '../../../../src/protocol.ts';
import { type CommandLine, parseCommandLine } from '../../../../src/server/command-line/options.ts';
import { QuestionSeal } from '../../../../src/server/mcp/question-seal.ts';
import { type ReviewedCall, Reviewer } from '../../../../src/server/mcp/review.ts';
import { FAST_OR_TASK, modernCall } from './modern-calls.ts';

const change: Change = {
  access: 'delete',
  context: 'c',
  apiVersion: 'v1',
  kind: 'Pod',
  namespace: 'n',
  name: 'web',
  before: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', resourceVersion: '7' } },
};
const never = reviewed(new AbortController().signal);

function reviewed(signal: AbortSignal): ReviewedCall {
  return { signal, call: ['delete_resource', {}], fresh: new FreshValues(), hasWritten: false };
}

function reviewer(answer: (signal: AbortSignal) => Promise<Verdict | undefined>, patience?: number): Reviewer {
  const editor = { review: (_: unknown, signal: AbortSignal) => answer(signal) };
  return new Reviewer({
    mode: () => 'required',
    editor,
    seal: new QuestionSeal(),
    owner: () => '',
    ...(patience !== undefined && { patience }),
  });
}

const whenCalledOff = (signal: AbortSignal) =>
  new Promise<Verdict>((resolve) => {
    signal.addEventListener('abort', () => resolve({ applied: false }), { once: true });
  });

describe('reviewer', () => {
  it('asks where the cluster demands it, whatever holds otherwise', async () => {
    const seal = new QuestionSeal();
    const lax = new Reviewer({ mode: () => 'off', editor: undefined, seal, owner: () => '' });
    assert.equal(await lax.review([change], never), 'nobody');
    await assert.rejects(lax.review([change], { ...never, atLeast: 'required' }), /no way to ask/);
  });

  it('lets through what the user applied', () => reviewer(async () => ({ applied: true })).review([change], never));

  it('passes on the reason of a no', () =>
    assert.rejects(
      reviewer(async () => ({ applied: false, reason: 'not on a Friday' })).review([change], never),
      /rejected this; nothing was written. Reason: not on a Friday/,
    ));

  it('takes a user who does not decide for a no', () =>
    assert.rejects(reviewer(whenCalledOff, 5).review([change], never), /did not decide/));

  it('takes a cancelled call for a no, and does not blame the user', async () => {
    const call = new AbortController();
    const review = reviewer(whenCalledOff).review([change], reviewed(call.signal));
    call.abort();
    await assert.rejects(review, /cancelled before the user decided/);
  });

  it('refuses where neither the editor nor the client can ask', () =>
    assert.rejects(reviewer(async () => undefined).review([change], never), /no way to ask/));

  it('asks nobody by default where the client shows no forms', async () => {
    const { permissions } = parseCommandLine([], '0') as CommandLine;
    const { review: mode } = permissions;
    const lax = new Reviewer({ mode: () => mode, editor: undefined, seal: new QuestionSeal(), owner: () => '' });
    assert.equal(await lax.review([change], never), 'nobody');
    // Users must be able to know, from every page that says how writes are reviewed.
    for (const page of ['README.md', 'README.zh-cn.md', 'docs/security.md'])
      assert.match(
        readFileSync(new URL(`../../../../${page}`, import.meta.url), 'utf8'),
        /A client that shows no forms writes without asking|不显示表单的客户端会不经询问直接写入|the write happens without\s+asking/,
        page,
      );
  });

  for (const [how, longMs] of Object.entries(FAST_OR_TASK))
    for (const mode of ['elicit', 'required'] as const)
      it(`lets ${how} write nothing that the user has not seen, where it is ${mode}`, async () => {
        const asking = new Reviewer({ mode: () => mode, editor: undefined, seal: new QuestionSeal(), owner: () => '' });
        const written: string[] = [];
        const left = Promise.withResolvers<void>();
        const over = Promise.withResolvers<unknown>();
        const call = (input: Parameters<typeof modernCall>[2]) =>
          modernCall(
            async ({ settled }) => {
              written.push(await asking.review([change], never));
              settled();
              if (longMs === 0) await left.promise;
              const second = { ...change, name: 'second' };
              // Not written yet is no excuse for a task: it has no answer that could ask.
              const reviews = longMs === 0 ? [false, true] : [true];
              for (const hasWritten of reviews)
                await asking.review([second], { ...never, hasWritten }).then((by) => written.push(by), over.resolve);
              over.resolve('nobody was refused');
              return {};
            },
            longMs,
            input,
          );
        const { resultType, requestState } = await call({});
        assert.deepEqual([resultType, written], ['input_required', []]);
        const yes = { review: { action: 'accept', content: { decision: 'Apply' } } };
        const answer = await call({ requestState, inputResponses: yes });
        assert.equal(answer.resultType, longMs === 0 ? 'task' : 'complete');
        left.resolve();
        const error = await over.promise;
        await new Promise(setImmediate);
        assert.ok(error instanceof RejectedError, String(error));
        assert.match(error.message, /^The rest is a change of its own/);
        assert.deepEqual(written, ['client']);
      });
});
