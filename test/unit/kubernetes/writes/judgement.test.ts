import assert from 'node:assert/strict';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import { Policy } from '../../../../src/kubernetes/policy.ts';
import { type Rules, TOOLSETS } from '../../../../src/kubernetes/rules.ts';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { judge } from '../../../../src/kubernetes/writes/judgement.ts';

const nothing = { contexts: [], namespaces: [], protectedContexts: [], deniedKinds: [], readOnlyKinds: [] };
const updating = { ...nothing, toolsets: TOOLSETS, switches: { list: true, update: true } };
const deleting = { ...updating, switches: { ...updating.switches, delete: true } };

/** An update after which a controller deletes, judged by these rules in the cluster that their entries are about. */
async function judged(rules: Rules): Promise<void> {
  const policy = new Policy(rules).in({ name: 'prod', server: 'https://prod.example.com' });
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'x', namespace: 'n' } };
  const change: Change = {
    ...{ access: 'update', context: 'prod', apiVersion: 'batch/v1', kind: 'Job', namespace: 'n', name: 'x' },
    before: job,
    after: { ...job, spec: { ttlSecondsAfterFinished: 1 } },
  };
  // With no kind denied, the cluster is asked for its kinds and nothing else.
  const connection = { discovery: { kinds: async () => ({ resources: [], missing: [] }) } } as unknown as Connection;
  await judge([change], policy, connection, new AbortController().signal);
}

describe('judging an update that makes a controller delete', () => {
  it('names the switch where the user turns it on', async () => {
    const entry = { contexts: ['prod'], servers: [], review: 'off' as const, place: 'clusters[0] of team.yaml' };
    await assert.rejects(
      judged(updating),
      /the switch for deleting too\. Only the user can switch it on: the setting mcpK8s\.enableDelete in VS Code, or the flag --enable-delete of the server\.$/,
    );
    for (const [isReadOnly, place] of [
      [false, 'enable-delete in clusters[0] of team.yaml'],
      [true, 'read-only in clusters[0] of team.yaml'],
    ] as const)
      await assert.rejects(
        judged({ ...deleting, clusters: [{ ...entry, isReadOnly, rules: updating }] }),
        ({ message }: Error) => message.endsWith(`Only the user can switch it on: ${place}.`),
      );
    // What is off anyway is to be switched on first.
    await assert.rejects(
      judged({ ...updating, clusters: [{ ...entry, isReadOnly: false, rules: updating }] }),
      /mcpK8s\.enableDelete/,
    );
  });

  it('lets it pass where deleting is on', async () => {
    await judged(deleting);
  });
});
