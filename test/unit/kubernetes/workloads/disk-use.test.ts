import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError, RefusedError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { diskOf, readDisks } from '../../../../src/kubernetes/workloads/disk-use.ts';

const signal = new AbortController().signal;
const SUMMARY = {
  node: {
    fs: { usedBytes: 40, capacityBytes: 100, inodes: 10, inodesUsed: 1 },
    runtime: { imageFs: { usedBytes: 7 } },
  },
  pods: [
    {
      podRef: { namespace: 'shop', name: 'db-0' },
      'ephemeral-storage': { usedBytes: 3 },
      volume: [
        {
          name: 'data',
          usedBytes: 9,
          capacityBytes: 10,
          availableBytes: 1,
          pvcRef: { namespace: 'shop', name: 'data-db-0' },
        },
        { name: 'token', usedBytes: 1 },
      ],
    },
  ],
};

function client(answer: (node: string) => unknown): ApiClient {
  const json = async ({ path }: { path: string }) =>
    answer(/nodes\/([^/]+)\/proxy\/stats\/summary$/.exec(path)?.[1] ?? '');
  return { json } as unknown as ApiClient;
}

describe('disk use', () => {
  it('is read from the summary of a kubelet: the node, its pods, and the volumes of claims', () => {
    const { root, images, pods, claims } = diskOf('n', SUMMARY);
    assert.deepEqual([root.used, root.capacity, root.inodes, images.used], [40, 100, 10, 7]);
    assert.deepEqual(pods, [{ namespace: 'shop', name: 'db-0', used: 3 }]);
    assert.deepEqual(
      claims.map(({ name, pod, disk }) => [name, pod, disk.used, disk.available]),
      [['data-db-0', 'db-0', 9, 1]],
    );
  });

  it('survives any other answer', () => {
    fc.assert(fc.property(fc.anything(), (answer) => assert.equal(diskOf('n', answer).node, 'n')));
  });

  it('leaves out a node that does not answer, and says why', async () => {
    const found = await readDisks(
      client((node) => {
        if (node === 'b') throw new ApiError(503, 'ServiceUnavailable', 'connection refused');
        return SUMMARY;
      }),
      ['a', 'b', 'c'],
      signal,
    );
    assert.deepEqual(
      found.disks.map(({ node }) => node),
      ['a', 'c'],
    );
    assert.deepEqual(found.failures, [{ node: 'b', reason: 'connection refused' }]);
  });

  it('is refused as a whole where it may not be read', async () => {
    for (const error of [new ApiError(403, 'Forbidden', 'no'), new RefusedError('no')])
      await assert.rejects(
        readDisks(
          client(() => {
            throw error;
          }),
          ['a', 'b'],
          signal,
        ),
        (thrown) => thrown === error,
      );
  });

  it('asks a bounded number of nodes, each once', async () => {
    const asked: string[] = [];
    const nodes = Array.from({ length: 520 }, (_, index) => `n${index}`);
    const found = await readDisks(
      client((node) => asked.push(node)),
      nodes,
      signal,
    );
    assert.deepEqual([asked.length, new Set(asked).size, found.unasked], [500, 500, 20]);
  });
});
