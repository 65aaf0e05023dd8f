import assert from 'node:assert/strict';
import { ApiError } from '../../../../../src/kubernetes/apimachinery/errors.ts';
import { kinds } from '../../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import type { ApiRequest } from '../../../../../src/kubernetes/client/request.ts';
import type { Pod } from '../../../../../src/kubernetes/workloads/pods.ts';
import { getPodLogs } from '../../../../../src/server/tools/read/get-pod-logs.ts';

const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const evicted = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
const owner = { apiVersion: 'v1', kind: 'Owner', name: 'web', uid: 'o', controller: true };

const pod = (name: string, status: Pod['status'] = ready): Pod => ({
  metadata: { name, namespace: 'shop', labels: { app: 'web' }, ownerReferences: [owner] },
  spec: { containers: [{ name: 'app' }] },
  ...(status && { status }),
});
const several = (count: number, name: string, status: Pod['status']) =>
  Array.from({ length: count }, (_, index) => pod(`${name}-${index}`, status));

describe('the logs of a workload', () => {
  /** What is answered where each pod wrote three lines; a pod named `lost` has a log that cannot be read. */
  async function read(kind: 'StatefulSet' | 'Job', pods: readonly Pod[], more: object = {}): Promise<string> {
    const resource = { ...(kind === 'Job' ? kinds.jobs : kinds.statefulSets), kind, namespaced: true };
    const client = {
      json: async ({ path }: ApiRequest) =>
        path.endsWith('/pods')
          ? { items: pods }
          : { kind, metadata: { name: 'web', uid: 'o' }, spec: { selector: { matchLabels: { app: 'web' } } } },
      stream: async ({ path, query }: ApiRequest) => {
        if (path.includes('lost')) throw new ApiError(500, 'InternalError', 'no kubelet');
        const lines = [1, 2, 3].map((line) => `2026-10-01T00:00:0${line}Z line ${line}\n`);
        return (async function* () {
          yield Buffer.from(lines.slice(-Number(query?.tailLines)).join(''));
        })();
      },
    };
    const given = { name: 'web', kind, tailLines: 100, previous: false, timestamps: false, ...more };
    const context = { connection: { client, discovery: { resolve: async () => resource }, namespace: 'shop' } };
    const signal = new AbortController().signal;
    const { text } = await getPodLogs.run(given, { ...context, signal } as unknown as Parameters<
      typeof getPodLogs.run
    >[1]);
    return text.slice(0, text.indexOf('\n\n'));
  }
  const where = 'of StatefulSet web in namespace shop, container app';

  it('are those of the pods that live, where some do', async () => {
    const pods = [...several(12, 'old', evicted), pod('a'), pod('b')];
    assert.equal(
      await read('StatefulSet', pods),
      `2 of the 14 pods ${where}: 6 lines.\nNot read: old-0 (Evicted), old-1 (Evicted), old-2 (Evicted) and 9 others`,
    );
    assert.match(
      await read('StatefulSet', pods, { grep: 'line' }),
      /: 6 matching lines in the 6 lines that were read\./,
    );
    // They have the lines to themselves.
    assert.match(await read('StatefulSet', pods, { tailLines: 4 }), /: newest 4 lines; for older ones raise tailLines/);
  });

  it('are those of all pods, of a Job or where none lives', async () => {
    assert.equal(await read('StatefulSet', [pod('a'), pod('b')]), `2 pods ${where}: all 6 lines.`);
    assert.match(await read('StatefulSet', several(2, 'old', evicted)), /^2 pods .*: all 6 lines\.$/);
    assert.match(await read('Job', [...several(2, 'old', evicted), pod('a')]), /^3 pods .*: all 9 lines\.$/);
  });

  it('are not called all where some could not be read', async () => {
    assert.match(
      await read('StatefulSet', [pod('a'), pod('lost')]),
      /^2 pods .*: 3 lines\.\nlost: Its log cannot be read: no kubelet$/,
    );
    assert.match(
      await read('StatefulSet', several(11, 'a', ready)),
      /^10 of the 11 pods .*: 30 lines\.\nNot read: a-10$/,
    );
  });

  it('are of a kind that has pods: an error names all that have', async () => {
    const resource = { ...kinds.nodes, kind: 'Node' };
    const context = { connection: { discovery: { resolve: async () => resource } } };
    await assert.rejects(
      async () => getPodLogs.run({ name: 'a', kind: 'node' } as never, context as never),
      /^UserError: A Node has no pods of its own\. kind takes Pod, Deployment, .*ReplicationController, .*or Service\.$/,
    );
  });
});
