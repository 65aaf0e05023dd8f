import assert from 'node:assert/strict';
import { Policy } from '../../../../../src/kubernetes/policy.ts';
import { maintainNode } from '../../../../../src/server/tools/write/maintain-node.ts';

describe('a drain', () => {
  it('is refused for the switch that it needs, whichever other toolsets are on', async () => {
    const none = { contexts: [], namespaces: [], protectedContexts: [], deniedKinds: [], readOnlyKinds: [] };
    const policy = new Policy({ ...none, switches: { update: true }, toolsets: ['node'] });
    await assert.rejects(
      async () => maintainNode.run({ name: 'n', action: 'drain' }, { policy } as never),
      /^RefusedError: action=drain is switched off\. Only the user can switch it on: .*mcpK8s\.enableDelete/,
    );
  });
});
