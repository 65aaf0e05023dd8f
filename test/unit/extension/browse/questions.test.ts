import assert from 'node:assert/strict';
import { whichObject } from '../../../../src/extension/browse/questions.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';

const pods = {
  ...{ group: '', version: 'v1', kind: 'Pod', name: 'pods', singularName: 'pod', shortNames: ['po'] },
  ...{ namespaced: true, verbs: ['get', 'list', 'watch'], subresources: [] },
};

/** What the question for a pod shows, over a cluster with so many: how many each time, and the placeholder. */
async function shownOf(count: number): Promise<{ sizes: number[]; placeholder: string | undefined }> {
  const json = async ({ query = {} }: ApiRequest) => {
    const from = Number(query.continue ?? 0);
    const end = Math.min(count, from + Number(query.limit));
    return {
      metadata: end < count ? { continue: String(end), remainingItemCount: count - end } : {},
      columnDefinitions: [{ name: 'Name' }, { name: 'Status' }],
      rows: Array.from({ length: end - from }, (_, index) => ({ cells: [`pod-${from + index}`, 'Running'] })),
    };
  };
  const connection = { client: { json }, context: { name: 'admin' } };
  const question = whichObject({ connection, resource: pods } as unknown as Parameters<typeof whichObject>[0], 'shop');
  const sizes: number[] = [];
  let placeholder: string | undefined;
  await question.load((choices, caption) => {
    sizes.push(choices.length);
    placeholder = caption?.placeholder;
  }, new AbortController().signal);
  return { sizes, placeholder };
}

describe('the question for an object', () => {
  it('shows the first page at once, and all in the end', async () => {
    for (const count of [1, 250, 251, 300, 1_250, 2_000, 9_999, 10_000]) {
      const { sizes, placeholder } = await shownOf(count);
      assert.deepEqual([sizes[0], sizes.at(-1)], [Math.min(250, count), count]);
      assert.equal(placeholder, `Choose one of ${count.toLocaleString()}`);
    }
  });

  it('shows ten thousand in few steps: VS Code takes all of them anew each time', async () => {
    const { sizes } = await shownOf(10_000);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(total <= 30_000, `${total} in ${sizes.join(', ')}`);
  });

  it('says how many there are where not all are shown', async () => {
    const { sizes, placeholder } = await shownOf(50_000);
    assert.equal(placeholder, `The first ${(10_250).toLocaleString()} of ${(50_000).toLocaleString()}`);
    assert.equal(sizes.at(-1), 10_250);
  });
});
