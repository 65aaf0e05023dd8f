import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Pod } from '../../../../src/kubernetes/workloads/pods.ts';
import { podNamePattern, workloadOf } from '../../../../src/kubernetes/workloads/workload-of.ts';

const part = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const hash = fc.stringMatching(/^[a-z0-9]{1,10}$/);
const suffix = fc.stringMatching(/^[a-z0-9]{5}$/);

function pod(name: string, kind: string, owner: string, labels: Record<string, string> = {}): Pod {
  const ownerReferences = [{ kind, name: owner, uid: '1', controller: true }];
  return { metadata: { namespace: 'shop', name, labels, ownerReferences } };
}

describe('the workload of a pod', () => {
  it('is its Deployment, whose pods of every revision its pattern matches', () => {
    fc.assert(
      fc.property(part, hash, suffix, hash, suffix, (name, one, end, other, otherEnd) => {
        const workload = workloadOf(
          pod(`${name}-${one}-${end}`, 'ReplicaSet', `${name}-${one}`, { 'pod-template-hash': one }),
        );
        assert.deepEqual(workload, { namespace: 'shop', kind: 'Deployment', name });
        const pattern = new RegExp(`^(?:${podNamePattern(workload)})$`);
        assert.match(`${name}-${one}-${end}`, pattern);
        assert.match(`${name}-${other}-${otherEnd}`, pattern);
        assert.doesNotMatch(`x${name}-${one}-${end}`, pattern);
        assert.doesNotMatch(name, pattern);
      }),
    );
  });

  it('is what controls it, or the pod itself', () => {
    const database = workloadOf(pod('db-0', 'StatefulSet', 'db'));
    assert.deepEqual(database, { namespace: 'shop', kind: 'StatefulSet', name: 'db' });
    assert.equal(podNamePattern(database), 'db-[0-9]+');
    const replicas = workloadOf(pod('web-1-abcde', 'ReplicaSet', 'web-1', { 'pod-template-hash': '2' }));
    assert.deepEqual([replicas.kind, replicas.name], ['ReplicaSet', 'web-1']);
    const alone = workloadOf({ metadata: { namespace: 'shop', name: 'a.b' } });
    assert.deepEqual([alone.kind, podNamePattern(alone)], ['Pod', 'a.b']);
  });

  it('gives a pattern in linear time whatever the owner is called', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const pattern = podNamePattern({ namespace: 'shop', kind: 'DaemonSet', name });
        assert.match(pattern, /^[a-z0-9.-]*-\[a-z0-9\]\{5\}$/);
        assert.doesNotThrow(() => new RegExp(pattern));
      }),
    );
  });
});
