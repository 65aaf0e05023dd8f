import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { hasHealth, healthOf } from '../../../../src/kubernetes/diagnosis/health.ts';

const PODS = { group: '', name: 'pods', subresources: ['status'] };
const WIDGETS = { group: 'demo.mcp-k8s.dev', name: 'widgets', subresources: ['status'] };
const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

function stateOf(resource: Parameters<typeof healthOf>[0], status: object, more: KubernetesObject = {}): string {
  return healthOf(resource, { ...more, status }).state;
}

describe('healthOf', () => {
  it('tells pods that start from pods that will not', () => {
    const waiting = (reason: string) => ({ containerStatuses: [{ name: 'app', state: { waiting: { reason } } }] });
    assert.equal(stateOf(PODS, { phase: 'Running', ...ready }), 'good');
    assert.equal(stateOf(PODS, { phase: 'Pending', ...waiting('ContainerCreating') }), 'busy');
    assert.equal(stateOf(PODS, { phase: 'Running', ...waiting('CrashLoopBackOff') }), 'bad');
    assert.equal(stateOf(PODS, { phase: 'Succeeded' }), 'done');
    assert.equal(stateOf(PODS, { phase: 'Failed' }), 'bad');
    const unscheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' };
    assert.equal(stateOf(PODS, { phase: 'Pending', conditions: [unscheduled] }), 'bad');
  });

  it('calls what is being deleted neither good nor bad', () => {
    const metadata = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    assert.equal(stateOf(PODS, { phase: 'Running', ...ready }, { metadata }), 'busy');
  });

  it('calls a rollout that is late, and a node that is not ready, bad', () => {
    const deployments = { group: 'apps', name: 'deployments', subresources: ['status'] };
    const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
    assert.equal(stateOf(deployments, { replicas: 1 }, { spec: { replicas: 1 } }), 'busy');
    assert.equal(stateOf(deployments, { replicas: 1, conditions: [late] }, { spec: { replicas: 1 } }), 'bad');
    const nodes = { group: '', name: 'nodes', subresources: ['status'] };
    assert.equal(stateOf(nodes, { conditions: [{ type: 'Ready', status: 'Unknown' }] }), 'bad');
  });

  it('judges kinds that it does not know by their Ready condition alone', () => {
    assert.equal(stateOf(WIDGETS, ready), 'good');
    assert.equal(stateOf(WIDGETS, { conditions: [{ type: 'Ready', status: 'False' }] }), 'busy');
    assert.equal(stateOf(WIDGETS, { conditions: [{ type: 'Synced', status: 'True' }] }), 'plain');
    assert.equal(stateOf(WIDGETS, {}), 'plain');
  });

  it('has nothing to say of what only is there', () => {
    assert.equal(hasHealth({ group: '', name: 'secrets', subresources: [] }), false);
    assert.equal(hasHealth({ group: '', name: 'services', subresources: ['status'] }), false);
    assert.equal(hasHealth(WIDGETS), true);
  });
});
