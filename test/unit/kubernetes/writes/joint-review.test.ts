import assert from 'node:assert/strict';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { JointReview } from '../../../../src/kubernetes/writes/joint-review.ts';
import type { Writer } from '../../../../src/kubernetes/writes/writer.ts';

const writer: Writer = {
  connection: {} as Connection,
  signal: new AbortController().signal,
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

describe('a joint review', () => {
  it('asks once, about the changes of all, when the last one is ready', async () => {
    const asked: (string | undefined)[][] = [];
    const joint = new JointReview(async (changes) => void asked.push(changes.map(({ name }) => name)));
    const [a, b, idle] = [joint.join(), joint.join(), joint.join()];
    const reviews = [a.through(writer).review([change('a')]), b.through(writer).review([change('b')])];
    assert.deepEqual(asked, []);
    idle.leave(false);
    await Promise.all(reviews);
    assert.deepEqual(asked, [['a', 'b']]);
  });

  it('is a no to all when the user says no', async () => {
    const joint = new JointReview(() => Promise.reject(new Error('no')));
    const [a, b] = [joint.join(), joint.join()];
    const reviews = [a.through(writer).review([change('a')]), b.through(writer).review([change('b')])];
    for (const review of reviews) await assert.rejects(review, /no/);
  });

  it('is a no to all, and asks nobody, when one of them fails before', async () => {
    const joint = new JointReview(() => assert.fail('asked'));
    const [a, b] = [joint.join(), joint.join()];
    const review = a.through(writer).review([change('a')]);
    b.leave(true);
    await assert.rejects(review, /another object/);
  });

  it('lets one fail after it was reviewed, which is no business of the others', async () => {
    const joint = new JointReview(async () => undefined);
    const [a, b] = [joint.join(), joint.join()];
    const reviews = [a.through(writer).review([change('a')]), b.through(writer).review([change('b')])];
    await reviews[0];
    a.leave(true);
    await reviews[1];
  });
});
