import assert from 'node:assert/strict';
import { leadsToPods, WORKLOAD_KINDS, workloadNames } from '../../../../src/kubernetes/workloads/workload-kinds.ts';
import { kind } from '../../../support/api-resource.ts';

describe('kinds whose objects make pods', () => {
  it('are known by their group and name', () => {
    for (const { resource } of WORKLOAD_KINDS) assert.ok(leadsToPods(resource), resource.name);
    assert.ok(leadsToPods(kind('Service')));
    assert.ok(!leadsToPods(kind('Pod')), 'it is one');
    assert.ok(!leadsToPods(kind('Service', 'serving.knative.dev')));
  });

  it('differ in what can be done to them', () => {
    const rolledOut = workloadNames(({ hasRollouts }) => hasRollouts);
    assert.deepEqual(rolledOut, ['deployments.apps', 'statefulsets.apps', 'daemonsets.apps']);
    assert.deepEqual(
      workloadNames(({ isBatch }) => isBatch),
      ['cronjobs.batch', 'jobs.batch'],
    );
  });
});
