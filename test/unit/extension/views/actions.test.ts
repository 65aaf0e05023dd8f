import assert from 'node:assert/strict';
import { actionsOf, canDo } from '../../../../src/extension/views/actions.ts';
import { kind } from '../../../support/api-resource.ts';

describe('actions of a kind', () => {
  it('are those that make sense for it', () => {
    const deployment = kind('Deployment', 'apps', { subresources: ['scale'] });
    assert.deepEqual(actionsOf(deployment), ['logs', 'forward', 'restart', 'change', 'rollout', 'scale', 'delete']);
    assert.deepEqual(actionsOf(kind('ReplicationController')), ['logs', 'forward', 'change', 'delete']);
    assert.deepEqual(actionsOf(kind('Job', 'batch')), ['logs', 'suspend', 'delete'], 'its template cannot be changed');
    assert.equal(canDo('terminal', kind('Pod')), true);
    assert.equal(canDo('logs', kind('ConfigMap')), false);
    assert.equal(canDo('delete', kind('Event', '', { verbs: ['list', 'get'] })), false);
  });

  it('follow its state: what is off can only be switched on again', () => {
    const node = kind('Node', '', { namespaced: false });
    assert.deepEqual(actionsOf(node), ['cordon', 'drain', 'delete']);
    assert.deepEqual(actionsOf(node, true), ['uncordon', 'drain', 'delete']);
    const cronJob = kind('CronJob', 'batch');
    assert.deepEqual(actionsOf(cronJob), ['logs', 'change', 'run', 'suspend', 'delete']);
    assert.deepEqual(actionsOf(cronJob, true), ['logs', 'change', 'run', 'resume', 'delete']);
  });
});
