import assert from 'node:assert/strict';
import { Policy } from '../../../../src/kubernetes/policy.ts';
import { TOOLSETS } from '../../../../src/kubernetes/rules.ts';
import type { Contexts } from '../../../../src/server/core/contexts.ts';
import { listTools } from '../../../../src/server/mcp/list-tools.ts';

describe('the list of tools', () => {
  it('has none of which every call would be refused, as it lists what was not named', async () => {
    const named = async (list: boolean) => {
      const switches = { list, helmReleaseList: true };
      const none = { contexts: [], namespaces: [], protectedContexts: [], deniedKinds: [], readOnlyKinds: [] };
      const policy = new Policy({ ...none, switches, toolsets: TOOLSETS });
      const contexts = { choices: async () => [], policies: async () => [policy] };
      return (await listTools(policy, contexts as unknown as Contexts)).tools.map(({ name }) => name);
    };
    const left = await named(false);
    assert.deepEqual(
      (await named(true)).filter((name) => !left.includes(name)),
      ['list_resources', 'list_changes', 'list_helm_releases', 'get_node_logs', 'query_metrics'],
    );
  });
});
