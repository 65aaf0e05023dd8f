import assert from 'node:assert/strict';
import fc from 'fast-check';
import { apartFromRead, lineage } from '../../../../src/extension/views/node-store.ts';
import type { MessageNode } from '../../../../src/extension/views/nodes.ts';

const node = (id: string, parent: MessageNode | undefined): MessageNode => ({
  ...{ type: 'message', text: id, detail: id, tone: 'plain' },
  ...{ id, parent },
});

/** Nodes of a tree: each has one before it as its parent, or none. */
const trees = fc.array(fc.nat(), { minLength: 1, maxLength: 30 }).map((parents) => {
  const nodes: MessageNode[] = [];
  for (const [index, parent] of parents.entries()) nodes.push(node(String(index), nodes[parent % (index + 1)]));
  return nodes;
});

describe('the nodes of the tree', () => {
  it('have a lineage from themselves to the root', () => {
    const root = node('root', undefined);
    const leaf = node('leaf', node('kind', root));
    assert.deepEqual(
      lineage(leaf).map(({ id }) => id),
      ['leaf', 'kind', 'root'],
    );
  });

  it('are told of later in and above what is being read, each once and in order', () => {
    const some = fc.array(fc.nat(), { maxLength: 5 });
    fc.assert(
      fc.property(trees, some, some, (nodes, changed, read) => {
        const pick = (indexes: number[]) => [...new Set(indexes.flatMap((index) => nodes[index % nodes.length] ?? []))];
        const [ours, reading] = [pick(changed), pick(read)];
        const { now, later } = apartFromRead(ours, reading);
        const isRead = (one: MessageNode) =>
          reading.some((other) => lineage(one).includes(other) || lineage(other).includes(one));
        assert.deepEqual([now, later], [ours.filter((one) => !isRead(one)), ours.filter(isRead)]);
      }),
    );
  });
});
