import assert from 'node:assert/strict';
import { type DisruptionBudget, planEvictions } from '../../../../src/kubernetes/workloads/eviction-plan.ts';
import type { Pod } from '../../../../src/kubernetes/workloads/pods.ts';

const owned = (kind: string, name: string) => [{ apiVersion: 'apps/v1', kind, name, uid: name, controller: true }];

function pod(name: string, metadata: object = {}, spec: Pod['spec'] = {}, phase = 'Running'): Pod {
  return { metadata: { name, namespace: 'shop', labels: { app: 'web' }, ...metadata }, spec, status: { phase } };
}

function budget(name: string, allowed: number | undefined, labels: Record<string, string>): DisruptionBudget {
  return {
    metadata: { name, namespace: 'shop' },
    spec: { selector: { matchLabels: labels } },
    status: allowed === undefined ? {} : { disruptionsAllowed: allowed },
  };
}

describe('a plan of evictions', () => {
  const web = { ownerReferences: owned('ReplicaSet', 'web-5d9') };
  const names = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata?.name);

  it('tells what moves, what stays and what is leaving', () => {
    const plan = planEvictions(
      [
        pod('web', web),
        pod('agent', { ownerReferences: owned('DaemonSet', 'agent') }),
        pod('etcd', { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
        pod('old', { ...web, deletionTimestamp: '2026-01-01T00:00:00Z' }),
        pod('bare'),
        pod('done', { ownerReferences: owned('DaemonSet', 'agent') }, {}, 'Failed'),
      ],
      [],
    );
    assert.deepEqual(names(plan.evicted.map((one) => one.pod)), ['web', 'bare', 'done']);
    assert.deepEqual(
      plan.evicted.map(({ controller }) => controller),
      ['ReplicaSet web-5d9', undefined, 'DaemonSet agent'],
    );
    assert.deepEqual(names(plan.staying.daemonSets), ['agent']);
    assert.deepEqual(names(plan.staying.statics), ['etcd']);
    assert.deepEqual(names(plan.leaving), ['old']);
  });

  it('names the data that is lost', () => {
    const volumes = [{ name: 'cache', emptyDir: {} }, { name: 'config' }];
    const [first, done] = planEvictions(
      [pod('web', web, { volumes }), pod('done', {}, { volumes }, 'Succeeded')],
      [],
    ).evicted;
    assert.deepEqual(first?.emptyDirs, ['cache']);
    assert.deepEqual([done?.emptyDirs, done?.isFinished], [[], true]);
  });

  it('names the budgets that hold a pod back', () => {
    const held = (...budgets: DisruptionBudget[]) => planEvictions([pod('web', web)], budgets).evicted[0]?.heldBy;
    assert.deepEqual(held(budget('free', 1, { app: 'web' })), []);
    assert.deepEqual(held(budget('tight', 0, { app: 'web' })), ['tight']);
    assert.deepEqual(held(budget('new', undefined, {})), ['new']);
    assert.deepEqual(held(budget('other', 0, { app: 'db' })), []);
    assert.deepEqual(held({ ...budget('far', 0, {}), metadata: { name: 'far', namespace: 'elsewhere' } }), []);
    // The API server refuses an eviction that two budgets cover.
    assert.deepEqual(held(budget('a', 1, {}), budget('b', 1, {})), ['a', 'b']);
  });

  it('knows the pods that budgets do not hold back', () => {
    const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
    const heldBy = (status: Pod['status'], metadata: object, ...budgets: DisruptionBudget[]) => {
      const [one] = planEvictions([{ ...pod('web', { ...web, ...metadata }), status }], budgets).evicted;
      return one?.heldBy;
    };
    const tight = budget('tight', 0, { app: 'web' });
    for (const phase of ['Pending', 'Succeeded', 'Failed'])
      for (const budgets of [[tight], [tight, tight]]) assert.deepEqual(heldBy({ phase }, {}, ...budgets), [], phase);
    const always = { ...tight, spec: { ...tight.spec, unhealthyPodEvictionPolicy: 'AlwaysAllow' } };
    const enough = { ...tight, status: { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 } };
    for (const lenient of [always, enough]) {
      assert.deepEqual(heldBy({ phase: 'Running' }, {}, lenient), []);
      assert.deepEqual(heldBy({ phase: 'Running', ...ready }, {}, lenient), ['tight']);
    }
    assert.deepEqual(heldBy({ phase: 'Running' }, {}, tight), ['tight']);
  });
});
