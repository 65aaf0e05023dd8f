import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Node, type Taint, tolerates, withoutRoom } from '../../../../src/kubernetes/workloads/node-room.ts';
import type { Pod } from '../../../../src/kubernetes/workloads/pods.ts';

function node(name: string, allocatable: Record<string, string>, more: Partial<Node> = {}): Node {
  return {
    ...{ metadata: { name, labels: { zone: name, size: '8' } } },
    ...more,
    status: { allocatable: { pods: '110', ...allocatable }, conditions: [{ type: 'Ready', status: 'True' }] } as object,
  };
}

function pod(name: string, requests: Record<string, string>, spec: Pod['spec'] = {}): Pod {
  return { metadata: { name }, spec: { containers: [{ name: 'app', resources: { requests } }], ...spec } };
}

describe('room on nodes', () => {
  const reasons = (pods: Pod[], nodes: Node[], placed: Pod[] = []) =>
    withoutRoom(pods, nodes, placed).map(({ pod: { metadata }, reason }) => `${metadata?.name}: ${reason}`);
  const small = node('a', { cpu: '2', memory: '4Gi' });

  it('is what the requests of other pods leave', () => {
    const big = pod('big', { cpu: '1500m', memory: '1Gi' });
    assert.deepEqual(reasons([big], [small]), []);
    assert.deepEqual(reasons([big], [small], [pod('there', { cpu: '1' }, { nodeName: 'a' })]), [
      'big: too little cpu on 1 of 1 nodes; it requests cpu 1500m, memory 1Gi',
    ]);
    // A pod that has ended takes none.
    const ended = { ...pod('ended', { cpu: '2' }, { nodeName: 'a' }), status: { phase: 'Succeeded' } };
    assert.deepEqual(reasons([big], [small], [ended]), []);
  });

  it('is taken by one pod after the other', () => {
    const pods = ['one', 'two', 'three'].map((name) => pod(name, { cpu: '1' }));
    assert.deepEqual(reasons(pods, [small]), ['three: too little cpu on 1 of 1 nodes; it requests cpu 1']);
    assert.deepEqual(reasons(pods, [node('a', { cpu: '8', pods: '2' })]), [
      'three: too little pods on 1 of 1 nodes; it requests cpu 1',
    ]);
  });

  it('is only where the pod may go', () => {
    const tainted = node('b', { cpu: '8' }, { spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } });
    const cordoned = node('c', { cpu: '8' }, { spec: { unschedulable: true } });
    const elsewhere = pod('web', {}, { nodeSelector: { zone: 'z' } });
    assert.deepEqual(reasons([pod('web', {})], [tainted, cordoned]), [
      'web: taint gpu on 1 of 1 nodes; it requests nothing',
    ]);
    assert.deepEqual(reasons([pod('web', {})], [cordoned]), ['web: no other node takes pods']);
    assert.deepEqual(reasons([elsewhere], [small]), [
      'web: its node selector or affinity on 1 of 1 nodes; it requests nothing',
    ]);
    const affine = (operator: string, values: string[]) =>
      pod(
        'web',
        {},
        {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: 'size', operator, values }] }, {}],
              },
            },
          },
        },
      );
    assert.equal(reasons([affine('Gt', ['4'])], [small]).length, 0);
    assert.equal(reasons([affine('Lt', ['4'])], [small]).length, 1);
  });

  it('is open to pods that tolerate a taint as the scheduler sees it', () => {
    const text = fc.constantFrom('a', 'b', '');
    fc.assert(
      fc.property(text, text, text, fc.constantFrom('Equal', 'Exists'), (key, value, effect, operator) => {
        const taint: Taint = { key: 'a', value: 'a', effect: 'b' };
        const found = tolerates({ spec: { tolerations: [{ key, value, effect, operator }] } }, taint);
        const isKey = key === 'a' || (key === '' && operator === 'Exists');
        const isValue = operator === 'Exists' || value === 'a';
        assert.equal(found, isKey && isValue && ['', 'b'].includes(effect));
      }),
    );
  });
});
