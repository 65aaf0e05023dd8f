import assert from 'node:assert/strict';
import { lineFilter } from '../../../../../src/kubernetes/workloads/line-filter.ts';
import type { Pod } from '../../../../../src/kubernetes/workloads/pods.ts';
import {
  emptyReason,
  examined,
  extentText,
  type Log,
  mergedLines,
  othersText,
  restartText,
} from '../../../../../src/server/tools/parts/log-text.ts';

const log = (name: string, texts: string[], status: Pod['status'] = {}, containers = ['app']): Log => ({
  pod: { metadata: { name }, spec: { containers: containers.map((one) => ({ name: one })) }, status },
  container: 'app',
  lines: texts.map((text, index) => ({ time: `2026-01-01T00:00:${String(index).padStart(2, '0')}.123456789Z`, text })),
  read: texts.length,
  more: false,
  oldest: undefined,
  problem: undefined,
  isUnread: false,
});
const plain = { prefixed: false, timestamps: false, budget: 10_000 };

describe('log text', () => {
  it('merges by time, with prefixes and short timestamps', () => {
    const logs = [log('a', ['one', 'three']), log('b', ['two'], {}, ['app', 'side'])];
    assert.equal(
      mergedLines(logs, { prefixed: true, timestamps: true, budget: 10_000 }).text,
      '[a] 2026-01-01T00:00:00.123Z one\n[b/app] 2026-01-01T00:00:00.123Z two\n[a] 2026-01-01T00:00:01.123Z three',
    );
  });

  it('keeps the newest lines, and a fair share for each log', () => {
    const noisy = Array.from({ length: 50 }, (_, index) => `noisy ${index}`);
    const { text, cut, kept } = mergedLines([log('a', noisy), log('b', ['quiet'])], { ...plain, budget: 100 });
    assert.deepEqual([cut, kept], [true, text.split('\n').length]);
    assert.ok(Buffer.byteLength(text) <= 100);
    assert.match(text, /quiet/);
    assert.match(text, /noisy 49/);
    assert.doesNotMatch(text, /noisy 1\b/);
    assert.equal(mergedLines([log('a', noisy)], plain).cut, false);
  });

  it('shows some of a line that does not fit, and shortens one that is very long', () => {
    assert.deepEqual(mergedLines([log('a', ['x'.repeat(500)])], { ...plain, budget: 20 }), {
      text: 'x'.repeat(20),
      cut: true,
      kept: 1,
    });
    assert.match(mergedLines([log('a', ['x'.repeat(5_000)])], plain).text, /^x{4000}… \(\+1000 characters\)$/);
  });

  it('says why there is nothing', () => {
    const waiting = (reason: string, message?: string) => ({
      containerStatuses: [{ name: 'app', state: { waiting: { reason, ...(message ? { message } : {}) } } }],
    });
    assert.equal(
      emptyReason(log('a', [], waiting('ImagePullBackOff', 'no such image')), undefined),
      'It has not started: ImagePullBackOff: no such image',
    );
    assert.equal(emptyReason(log('a', []), undefined), 'It has written nothing.');
    assert.equal(emptyReason(log('a', []), '5m'), undefined);
    const pending: Pod['status'] = {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes' }],
    };
    assert.equal(emptyReason(log('a', [], pending), undefined), 'The pod is not scheduled: 0/3 nodes');
    const init = log('a', [], {
      ...waiting('PodInitializing'),
      initContainerStatuses: [{ name: 'setup', state: { terminated: { exitCode: 3, reason: 'Error' } } }],
    });
    init.pod.spec = { ...init.pod.spec, initContainers: [{ name: 'setup' }] };
    assert.equal(emptyReason(init, undefined), 'It waits for init container setup (exit 3, Error).');
    assert.equal(othersText(init), ' (others: init setup (exit 3, Error))');
    init.pod.spec.initContainers?.push({ name: 'proxy', restartPolicy: 'Always' });
    assert.equal(othersText(init), ' (others: init setup (exit 3, Error), sidecar proxy)');
  });

  it('never calls all what was not examined', async () => {
    const lines = ['a', 'b', 'a', 'c'].map((text) => ({ time: '2026-01-01T00:00:00.5Z', text }));
    const said = async (more: boolean, tailLines: number, pattern?: string, isWhole = true) => {
      const filter = pattern === undefined ? undefined : await lineFilter(pattern);
      const one = examined({ lines: filter ? lines : lines.slice(-tailLines), more }, filter, tailLines);
      return extentText([one], { since: undefined, grep: pattern, tailLines, isWhole }).replace(
        /back to .*? ago\)/,
        'back',
      );
    };
    assert.equal(await said(false, 5), 'all 4 lines.');
    assert.equal(await said(true, 4), 'newest 4 lines; for older ones raise tailLines, or search with grep.');
    assert.equal(await said(true, 5), 'newest 4 lines; what is older was not read.');
    assert.equal(await said(false, 5, 'a'), '2 matching lines in all 4 lines.');
    assert.equal(
      await said(true, 5, 'x'),
      '0 matching lines in the newest 4 lines, back; what is older was not searched.',
    );
    assert.equal(
      await said(false, 1, 'a'),
      '1 matching lines in the newest 2 lines, back; raise tailLines for earlier matches.',
    );
    assert.equal(await said(false, 5, undefined, false), '4 lines.');
    assert.equal(await said(false, 5, 'a', false), '2 matching lines in the 4 lines that were read.');
    const cut = (more: boolean, grep?: string) =>
      extentText([{ lines, read: 9, more, oldest: undefined }], { grep, tailLines: 4, isWhole: true, kept: 2 });
    assert.deepEqual([cut(true), cut(false)], ['newest 2 lines.', 'newest 2 lines.']);
    assert.equal(cut(true, 'a'), 'newest 2 of 4 matching lines in the newest 9 lines.');
    assert.equal(cut(false, 'a'), 'newest 2 of 4 matching lines in all 9 lines.');
    const none = { lines: [], read: 0, more: false, oldest: undefined };
    assert.equal(
      extentText([none], { since: '5m', grep: undefined, tailLines: 1, isWhole: true }),
      'no lines of the last 5m.',
    );
  });

  it('points at the run before of what crashed', () => {
    const status = {
      containerStatuses: [
        {
          name: 'app',
          restartCount: 6,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
        },
      ],
    };
    assert.equal(restartText(log('a', [], status)), 'CrashLoopBackOff, 6 restarts, last ended (exit 137, OOMKilled)');
    assert.equal(restartText(log('a', [])), undefined);
  });
});
