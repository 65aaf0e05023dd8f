import assert from 'node:assert/strict';
import {
  fieldConflicts,
  mayTakeOver,
  withOwnedFields,
} from '../../../../src/kubernetes/apimachinery/field-ownership.ts';
import type { JsonObject, KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';

function deployment(fields: JsonObject): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      labels: { tier: 'front', team: 'shop' },
      finalizers: ['a/one', 'b/two'],
      managedFields: [{ manager: 'mcp-k8s', operation: 'Apply', fieldsV1: fields }],
    },
    spec: {
      replicas: 3,
      paused: false,
      template: {
        spec: {
          containers: [
            { name: 'app', image: 'app:1', ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }] },
            { name: 'sidecar', image: 'proxy:1' },
          ],
        },
      },
    },
  };
}

const given = (spec: JsonObject): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec,
});
const containers = (fields: JsonObject): JsonObject => ({
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': fields } } },
});

describe('withOwnedFields', () => {
  it('adds what we applied before and the caller does not name, with its value of now', () => {
    const live = deployment({ 'f:spec': { 'f:replicas': {} }, 'f:metadata': { 'f:labels': { 'f:tier': {} } } });
    const merged = withOwnedFields(given({ paused: true }), live);
    assert.deepEqual(merged.spec, { paused: true, replicas: 3 });
    assert.deepEqual(merged.metadata, { name: 'web', labels: { tier: 'front' } });
  });

  it('keeps what the caller names', () => {
    assert.deepEqual(withOwnedFields(given({ replicas: 5 }), deployment({ 'f:spec': { 'f:replicas': {} } })).spec, {
      replicas: 5,
    });
  });

  it('does not add what others own', () => {
    assert.deepEqual(withOwnedFields(given({ paused: true }), deployment({ 'f:spec': {} })).spec, { paused: true });
  });

  it('merges list members by their keys', () => {
    const live = deployment(
      containers({
        'k:{"name":"app"}': {
          '.': {},
          'f:name': {},
          'f:image': {},
          'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { 'f:name': {} } },
        },
        'k:{"name":"sidecar"}': { '.': {}, 'f:image': {} },
      }),
    );
    const merged = withOwnedFields(
      given({
        template: {
          spec: { containers: [{ name: 'app', image: 'app:2', ports: [{ containerPort: 80, name: 'web' }] }] },
        },
      }),
      live,
    );
    assert.deepEqual((merged.spec as { template: unknown }).template, {
      spec: {
        containers: [
          { name: 'app', image: 'app:2', ports: [{ containerPort: 80, protocol: 'TCP', name: 'web' }] },
          { name: 'sidecar', image: 'proxy:1' },
        ],
      },
    });
  });

  it('leaves the members of a list in their order', () => {
    const live = deployment(containers({ 'k:{"name":"sidecar"}': { 'f:image': {} } }));
    const merged = withOwnedFields(
      given({ template: { spec: { containers: [{ name: 'new' }, { name: 'app' }] } } }),
      live,
    );
    const { spec } = (merged.spec as { template: { spec: { containers: { name: string }[] } } }).template;
    assert.deepEqual(
      spec.containers.map(({ name }) => name),
      ['app', 'sidecar', 'new'],
    );
  });

  it('replaces an atomic list whole, in the submitted order', () => {
    const lists = [
      [
        ['serve', '--port', '8080'],
        ['serve', '--host', '0.0.0.0', '--port', '9090'],
      ],
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      [
        ['-c', 'sh'],
        ['sh', '-c', 'sh', '-c'],
      ],
    ];
    for (const [before, args] of lists) {
      const live = { ...deployment({ 'f:spec': { 'f:args': {} } }), spec: { args: before } };
      assert.deepEqual(withOwnedFields(given({ args }), live).spec, { args });
      assert.deepEqual(withOwnedFields(given({}), live).spec, { args: before });
    }
  });

  it('takes a port without a protocol for one of TCP', () => {
    const key = (protocol: string) => `k:{"containerPort":80,"protocol":"${protocol}"}`;
    const fields = { 'f:ports': { [key('SCTP')]: { 'f:name': {} }, [key('TCP')]: { 'f:name': {} } } };
    const [sctp, tcp] = ['SCTP', 'TCP'].map((protocol) => ({ containerPort: 80, protocol, name: protocol }));
    const live = { ...deployment({ 'f:spec': fields }), spec: { ports: [sctp, tcp] } };
    const applied = withOwnedFields(given({ ports: [{ containerPort: 80, name: 'web' }] }), live);
    assert.deepEqual(applied.spec, { ports: [sctp, { ...tcp, name: 'web' }] });
  });

  it('keeps members of sets', () => {
    const live = deployment({ 'f:metadata': { 'f:finalizers': { 'v:"a/one"': {} } } });
    assert.deepEqual(withOwnedFields(given({}), live).metadata?.finalizers, ['a/one']);
  });

  it('ignores what we set by other operations', () => {
    const live = deployment({ 'f:spec': { 'f:replicas': {} } });
    const entry = live.metadata?.managedFields?.[0];
    if (entry) entry.operation = 'Update';
    assert.deepEqual(withOwnedFields(given({ paused: true }), live).spec, { paused: true });
  });
});

describe('fieldConflicts', () => {
  it('names field and manager', () => {
    const causes = [
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "argocd-controller" using apps/v1',
        field: '.spec.replicas',
      },
      { reason: 'Other', message: 'x' },
    ];
    assert.deepEqual(fieldConflicts(causes), [{ field: '.spec.replicas', manager: 'argocd-controller' }]);
  });

  it('lets kubectl and ourselves be taken over, nobody else', () => {
    for (const manager of ['kubectl', 'kubectl-client-side-apply', 'kubectl-edit', 'mcp-k8s'])
      assert.ok(mayTakeOver(manager), manager);
    for (const manager of ['helm', 'kube-controller-manager', 'argocd-controller', 'kubectlx', 'unknown'])
      assert.ok(!mayTakeOver(manager), manager);
  });
});
