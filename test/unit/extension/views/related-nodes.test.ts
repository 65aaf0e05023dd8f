import assert from 'node:assert/strict';
import { NodeStore } from '../../../../src/extension/views/node-store.ts';
import type { ObjectNode } from '../../../../src/extension/views/nodes.ts';
import { relatedNodes } from '../../../../src/extension/views/related-nodes.ts';
import type { Tree } from '../../../../src/extension/views/tree.ts';
import { kinds } from '../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import { served } from '../../../support/fake-cluster.ts';

describe('what is below an object', () => {
  it('has each pod and each address of a Service once, in however many EndpointSlices', async () => {
    const endpoint = (address: string, pod?: string) => ({
      addresses: [address],
      ...(pod === undefined ? {} : { targetRef: { kind: 'Pod', name: pod } }),
    });
    const items = [
      {
        endpoints: [endpoint('10.0.0.1', 'a'), endpoint('10.0.0.2', 'b'), endpoint('192.0.2.1'), endpoint('192.0.2.2')],
      },
      { endpoints: [endpoint('fd00::1', 'a'), endpoint('192.0.2.1')] },
    ];
    const pods = served('', 'v1', 'Pod', 'pods');
    const discovery = { kinds: async () => ({ resources: [pods] }) };
    const connection = { client: { json: async () => ({ items }) }, discovery, closed: new AbortController().signal };
    const tree = { clusters: { connect: async () => connection }, nodes: new NodeStore() } as unknown as Tree;
    const parent = { type: 'context', id: 'c' };
    const node = { type: 'object', id: 's', parent, resource: kinds.services, namespace: 'shop', row: { name: 'web' } };
    const found = await relatedNodes(tree, node as unknown as ObjectNode);
    assert.deepEqual(
      found.map((one) => (one.type === 'object' ? one.row.name : one.type === 'message' ? one.text : one.type)),
      ['a', 'b', '192.0.2.1', '192.0.2.2'],
    );
    assert.equal(new Set(found.map(({ id }) => id)).size, found.length);
  });
});
