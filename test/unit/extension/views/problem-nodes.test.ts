import assert from 'node:assert/strict';
import type { ProblemsNode } from '../../../../src/extension/views/nodes.ts';
import { problemNodes } from '../../../../src/extension/views/problem-nodes.ts';
import type { Tree } from '../../../../src/extension/views/tree.ts';
import type { ClusterProblems } from '../../../../src/kubernetes/diagnosis/cluster.ts';

describe('the problems in the tree', () => {
  async function shown(found: Partial<ClusterProblems>) {
    const tree = { search: { look: async () => {} } } as unknown as Tree;
    const connection = { discovery: { kinds: async () => ({ resources: [] }) } };
    const all = { summary: '', scope: [], findings: [], limits: [], verdict: 'V', shortVerdict: 'v', ...found };
    const nodes = await problemNodes(tree, { id: 'p', connection, found: all } as unknown as ProblemsNode);
    // VS Code shows nothing at all where two have the same id.
    assert.equal(new Set(nodes.map(({ id }) => id)).size, nodes.length);
    return nodes.map((node) => (node.type === 'message' ? [node.text, node.detail] : [node.type]));
  }

  it('have an id each, whatever could not be looked at', async () => {
    const limits = ['Not readable for this user: nodes', 'Too many to look at all: pods'];
    assert.deepEqual(await shown({ scope: ['Only namespace shop'], limits }), [
      ['v', 'V'],
      ...['Only namespace shop', ...limits].map((text) => [text, text]),
    ]);
    const finding = { level: 'cause', text: 'it is broken' } as ClusterProblems['findings'][number];
    assert.deepEqual(await shown({ findings: [finding, finding], limits }), [
      ['problem'],
      ['problem'],
      ...limits.map((text) => [text, text]),
    ]);
  });
});
