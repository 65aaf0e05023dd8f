import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import type { Node, Taint } from '../../../../src/kubernetes/workloads/node-room.ts';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { FreshValues } from '../../../../src/kubernetes/writes/fresh-values.ts';
import { parseTaint, setTaint, taintText } from '../../../../src/kubernetes/writes/node-changes.ts';
import type { Writer } from '../../../../src/kubernetes/writes/writer.ts';
import { served } from '../../../support/fake-cluster.ts';

describe('a taint', () => {
  it('is written as for kubectl', () => {
    const cases = {
      'dedicated=gpu:NoSchedule': { key: 'dedicated', value: 'gpu', effect: 'NoSchedule', isRemoval: false },
      'example.com/x:NoExecute': { key: 'example.com/x', effect: 'NoExecute', isRemoval: false },
      'a-b=c-d:PreferNoSchedule-': { key: 'a-b', value: 'c-d', effect: 'PreferNoSchedule', isRemoval: true },
      'example.com/x-': { key: 'example.com/x', effect: '', isRemoval: true },
    };
    for (const [text, expected] of Object.entries(cases)) {
      assert.deepEqual(parseTaint(text), expected);
      assert.equal(taintText(parseTaint(text)), text.replace(/-$/, ''));
    }
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'x',
      'x:',
      'x:Never',
      '=y:NoSchedule',
      'x=y',
      ':NoSchedule',
      'x y:NoSchedule',
      'x:NoSchedule--',
    ])
      assert.throws(() => parseTaint(text), /is no taint\. As in kubectl/, text);
  });

  const MINE: Taint = { key: 'mine', effect: 'NoSchedule' };
  const THEIRS: Taint = { key: 'theirs', effect: 'NoExecute' };
  const node = (resourceVersion: string, taints: Taint[]): Node => ({
    ...{ apiVersion: 'v1', kind: 'Node' },
    metadata: { name: 'n', resourceVersion },
    spec: { taints },
  });

  /** The taints written to a node that somebody else changes meanwhile, by a taint as for kubectl. */
  async function written(text: string, read: Taint[], changed: Taint[]): Promise<unknown> {
    let now = node('1', read);
    const sent: unknown[] = [];
    const client = {
      json: async () => now,
      answer: async ({ body, query }: ApiRequest) => {
        const { metadata, spec } = body as Node;
        if (query?.dryRun === undefined && now.metadata?.resourceVersion === '1') now = node('2', changed);
        if (metadata?.resourceVersion !== now.metadata?.resourceVersion) throw new ApiError(409, 'Conflict', 'changed');
        if (query?.dryRun === undefined) sent.push(spec?.taints);
        return { body: { ...now, spec }, headers: {} };
      },
    };
    const writer = {
      connection: { client, context: { name: 'c', cluster: {} } } as unknown as Connection,
      signal: new AbortController().signal,
      fresh: new FreshValues(),
      review: async () => {},
      write: async <T>(_: Change, send: () => Promise<T>) => send(),
      unchanged: async () => {},
    } satisfies Writer;
    const resource = served('', 'v1', 'Node', 'nodes', false);
    const target = { resource, namespace: undefined, name: 'n', object: now };
    await setTaint({ target, live: now }, parseTaint(text), { dryRun: false, force: false }, writer);
    return sent.at(-1);
  }

  it('leaves the taints alone that others set meanwhile', async () => {
    assert.deepEqual(await written('mine:NoSchedule', [], [THEIRS]), [THEIRS, MINE]);
    assert.deepEqual(await written('mine-', [MINE], [MINE, THEIRS]), [THEIRS]);
    await assert.rejects(written('mine-', [MINE], [THEIRS]), /has no taint mine\. It has: theirs:NoExecute\./);
  });
});
