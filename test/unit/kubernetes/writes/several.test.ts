import assert from 'node:assert/strict';
import { RejectedError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { FreshValues } from '../../../../src/kubernetes/writes/fresh-values.ts';
import { ObjectsError } from '../../../../src/kubernetes/writes/object-problems.ts';
import { type Part, writeSeveral } from '../../../../src/kubernetes/writes/several.ts';
import type { Writer } from '../../../../src/kubernetes/writes/writer.ts';

const change = (name: string): Change => ({
  ...{ access: 'update', context: 'c', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'n' },
  name,
});

describe('several writes', () => {
  const log: string[] = [];
  let verdict: () => Promise<void>;
  const writer: Writer = {
    connection: {} as Connection,
    signal: new AbortController().signal,
    fresh: new FreshValues(),
    unchanged: async () => undefined,
    review: async (changes) => {
      log.push(`review ${changes.map(({ name }) => name).join(' ')}`);
      await verdict();
    },
    write: (_, send) => send(),
  };
  const part = (name: string, fault?: 'before' | 'after'): Part<string> => ({
    what: name,
    object: {},
    write: async (own) => {
      if (fault === 'before') throw new Error(`${name} is wrong`);
      await own.review([change(name)]);
      return own.write(change(name), async () => {
        if (fault === 'after') throw new Error(`${name} failed`);
        log.push(name);
        return name;
      });
    },
  });
  const names = Array.from({ length: 25 }, (_, index) => `p${index}`);
  const run = (parts: Part<string>[], inOrder?: true) =>
    writeSeveral(parts, writer, { progress: (text) => log.push(text), ...(inOrder && { inOrder }) });
  beforeEach(() => {
    log.length = 0;
    verdict = async () => undefined;
  });

  it('are tried a few at a time, reviewed once and written in order', async () => {
    const endings = await run(names.map((name) => part(name)));
    assert.ok(endings.every(({ state }) => state === 'done'));
    assert.equal(log[0], `review ${names.join(' ')}`);
    assert.deepEqual(
      log.filter((line) => /^p\d+$/.test(line)),
      names,
    );
    assert.equal(log.at(-1), '25 of 25: p24');
  });

  it('are none when one cannot be written, and each reason is said', async () => {
    const parts = names.map((name, index) => part(name, index % 10 === 3 ? 'before' : undefined));
    await assert.rejects(run(parts), (error: unknown) => {
      assert.ok(error instanceof ObjectsError);
      assert.deepEqual(
        error.problems.map(({ what }) => what),
        ['p3', 'p13', 'p23'],
      );
      return true;
    });
    assert.deepEqual(log, []);
  });

  it('are none when the user says no', async () => {
    const no = new RejectedError('no');
    verdict = () => Promise.reject(no);
    await assert.rejects(run(names.map((name) => part(name))), (error) => error === no);
    assert.equal(log.length, 1);
  });

  it('go on after a failure, or stop where later ones depend on it', async () => {
    const parts = [part('a'), part('b', 'after'), part('c')];
    const states = async (inOrder?: true) => (await run(parts, inOrder)).map(({ state }) => state);
    assert.deepEqual(await states(), ['done', 'failed', 'done']);
    assert.deepEqual(await states(true), ['done', 'failed', 'not tried']);
  });
});
