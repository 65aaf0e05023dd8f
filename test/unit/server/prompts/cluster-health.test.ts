import assert from 'node:assert/strict';
import { clusterHealth } from '../../../../src/server/prompts/cluster-health.ts';
import type { PromptContext } from '../../../../src/server/prompts/prompt.ts';

describe('the prompt cluster-health', () => {
  const run = (text: string, isError = false) => {
    const call = async (tool: string, args: object) => {
      assert.deepEqual([tool, args], ['diagnose_resource', { kind: 'cluster' }]);
      return { content: [{ type: 'text', text }], isError };
    };
    return clusterHealth.run({}, { call } as unknown as PromptContext);
  };

  it('holds what diagnose_resource says of the cluster, and no judgement of its own', async () => {
    const digest = 'Cluster of context here: 3 nodes, 3 ready; 2 pods, 0 not ready\nNothing wrong found.';
    assert.equal((await run(digest)).data, digest);
  });

  it('fails with what that says where it fails', () =>
    assert.rejects(run('The user has to sign in first.', true), { message: 'The user has to sign in first.' }));
});
