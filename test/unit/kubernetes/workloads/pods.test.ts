import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { type Kind, kinds } from '../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import { isActive, podsOf } from '../../../../src/kubernetes/workloads/pods.ts';
import { WORKLOAD_KINDS } from '../../../../src/kubernetes/workloads/workload-kinds.ts';

describe('an active pod', () => {
  it('has not ended, and is not being deleted', () => {
    const phases = ['Pending', 'Running', 'Unknown', 'Succeeded', 'Failed'];
    assert.deepEqual(
      phases.map((phase) => isActive({ status: { phase } })),
      [true, true, true, false, false],
    );
    assert.equal(isActive({}), true, 'just created');
    assert.equal(
      isActive({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, status: { phase: 'Running' } }),
      false,
    );
  });
});

describe('the pods of an object', () => {
  /** How many it has where one pod without an owner has its labels. */
  async function found(kind: Kind, spec: unknown): Promise<number | undefined> {
    const client = { json: async ({ path }: { path: string }) => ({ items: path.endsWith('/pods') ? [{}] : [] }) };
    const object = { metadata: { name: 'web', namespace: 'shop', uid: 'u' }, spec } as KubernetesObject;
    const { signal } = new AbortController();
    return (await podsOf({ client } as unknown as Connection, kind, object, signal))?.length;
  }
  const selector = { matchLabels: { app: 'web' } };

  it('are those that it made, or those that it selects and never made', async () => {
    for (const { kind, resource } of WORKLOAD_KINDS) assert.equal(await found(resource, { selector }), 0, kind);
    assert.equal(await found(kinds.services, { selector: { app: 'web' } }), 1);
    assert.equal(await found(kinds.budgets, { selector }), 1);
    assert.equal(await found(kinds.configMaps, undefined), undefined);
  });
});
