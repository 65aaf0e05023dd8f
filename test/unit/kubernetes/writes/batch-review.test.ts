import assert from 'node:assert/strict';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import { BatchReview } from '../../../../src/kubernetes/writes/batch-review.ts';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { FreshValues } from '../../../../src/kubernetes/writes/fresh-values.ts';
import type { Writer } from '../../../../src/kubernetes/writes/writer.ts';

const writer: Writer = {
  connection: {} as Connection,
  signal: new AbortController().signal,
  fresh: new FreshValues(),
  unchanged: async () => undefined,
  review: () => Promise.reject(new Error('Asked alone')),
  write: (_, send) => send(),
};
const change = (name: string): Change => ({
  access: 'update',
  context: 'c',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'n',
  name,
});

describe('a batch review', () => {
  it('asks once, about the changes of all, when the last one is ready', async () => {
    const asked: (string | undefined)[][] = [];
    const batch = new BatchReview(async (changes) => void asked.push(changes.map(({ name }) => name)));
    const [a, b, idle] = [batch.join(), batch.join(), batch.join()];
    const reviews = [b.through(writer).review([change('b')]), a.through(writer).review([change('a')])];
    assert.deepEqual(asked, []);
    idle.leave(false);
    await Promise.all(reviews);
    assert.deepEqual(asked, [['a', 'b']]);
  });

  it('is a no to all when the user says no', async () => {
    const batch = new BatchReview(() => Promise.reject(new Error('no')));
    const [a, b] = [batch.join(), batch.join()];
    const reviews = [a.through(writer).review([change('a')]), b.through(writer).review([change('b')])];
    for (const review of reviews) await assert.rejects(review, /no/);
  });

  it('is a no to all, and asks nobody, when one of them fails before', async () => {
    const batch = new BatchReview(() => assert.fail('asked'));
    const [a, b] = [batch.join(), batch.join()];
    const review = a.through(writer).review([change('a')]);
    b.leave(true);
    await assert.rejects(review, /another of these objects/);
  });

  it('lets one fail after it was reviewed, which is no business of the others', async () => {
    const batch = new BatchReview(async () => undefined);
    const [a, b] = [batch.join(), batch.join()];
    const reviews = [a.through(writer).review([change('a')]), b.through(writer).review([change('b')])];
    await reviews[0];
    a.leave(true);
    await reviews[1];
  });

  it('asks again, about it alone, when a change is planned anew after the review', async () => {
    const asked: (string | undefined)[][] = [];
    const batch = new BatchReview(async (changes) => void asked.push(changes.map(({ name }) => name)));
    const [a, b] = [batch.join().through(writer), batch.join().through(writer)];
    await Promise.all([a.review([change('a')]), b.review([change('b')])]);
    await b.review([change('b anew')]);
    assert.deepEqual(asked, [['a', 'b'], ['b anew']]);
  });
});
