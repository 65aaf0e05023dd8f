import assert from 'node:assert/strict';
import { type Budget, budgetRule } from '../../../../../src/kubernetes/diagnosis/rules/budgets.ts';
import { holding, lookupIn, served } from '../../../../support/fake-cluster.ts';

describe('a PodDisruptionBudget', () => {
  const BUDGETS = served('policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets');

  async function said(unhealthyPodEvictionPolicy: string | undefined, ...ready: boolean[]): Promise<string[]> {
    const budget: Budget = {
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'shop', uid: '1' },
      spec: {
        ...{ selector: { matchLabels: { app: 'web' } }, minAvailable: 2 },
        ...(unhealthyPodEvictionPolicy && { unhealthyPodEvictionPolicy }),
      },
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2, expectedPods: 3 },
    };
    const pods = ready.map((one, index) => [
      `/api/v1/namespaces/shop/pods/${index}`,
      {
        metadata: { name: `${index}`, namespace: 'shop', labels: { app: 'web' } },
        status: { phase: 'Running', conditions: [{ type: 'Ready', status: one ? 'True' : 'False' }] },
      },
    ]);
    const lookup = lookupIn(holding(Object.fromEntries(pods)));
    const { findings } = await budgetRule.report(budget, lookup, BUDGETS);
    return findings.map(({ level, message }) => `${level}: ${message}`);
  }

  it('says which pods it holds back when it allows no disruption', async () => {
    assert.match(
      (await said(undefined, true, false)).join(),
      /^cause: it allows 0 disruptions, so no pod is evicted and no node of theirs can be drained: only 1 of the 2 pods/,
    );
    assert.match(
      (await said('AlwaysAllow', true, false)).join(),
      /^cause: it allows 0 disruptions, so 1 of its 2 pods are not evicted and their nodes cannot be drained: only 1 /,
    );
    assert.deepEqual(await said('AlwaysAllow', false, false), [
      'risk: it allows 0 disruptions, but holds no pod back now: none of them is ready',
    ]);
  });
});
