import assert from 'node:assert/strict';
import { kindGroups } from '../../../../src/extension/views/kind-groups.ts';
import { kind } from '../../../support/api-resource.ts';

const kinds = [
  kind('Event'),
  kind('Event', 'events.k8s.io'),
  kind('ComponentStatus', '', { name: 'componentstatuses' }),
  kind('ConfigMap'),
  kind('Ingress', 'networking.k8s.io'),
  kind('Gateway', 'gateway.networking.k8s.io'),
  kind('ReplicaSet', 'apps'),
  kind('Deployment', 'apps', { subresources: ['scale', 'status'] }),
  kind('Pod'),
  kind('Widget', 'demo.mcp-k8s.dev'),
  kind('Role', 'rbac.authorization.k8s.io'),
  kind('VolumeSnapshot', 'snapshot.storage.k8s.io'),
  kind('PersistentVolumeClaim'),
  kind('PodMetrics', 'metrics.k8s.io', { name: 'pods' }),
  kind('Node', '', { namespaced: false }),
];

describe('kinds in the view', () => {
  it('are grouped, those used most first', () => {
    const groups = kindGroups(kinds, true).map(({ group, kinds: members }) => [
      group,
      ...members.map((one) => one.kind),
    ]);
    assert.deepEqual(groups, [
      ['workloads', 'Pod', 'Deployment', 'ReplicaSet'],
      ['network', 'Ingress', 'Gateway'],
      ['config', 'ConfigMap'],
      ['storage', 'PersistentVolumeClaim', 'VolumeSnapshot'],
      ['custom', 'Widget'],
      ['access', 'Role'],
      ['events', 'Event'],
    ]);
  });

  it('of the cluster stand apart from those of namespaces', () => {
    assert.deepEqual(
      kindGroups(kinds, false).map(({ group, kinds: members }) => [group, ...members.map((one) => one.kind)]),
      [['nodes', 'Node']],
    );
  });
});
