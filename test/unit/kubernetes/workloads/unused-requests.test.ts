import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Pod } from '../../../../src/kubernetes/workloads/pods.ts';
import {
  containersOfWorkloads,
  type Peak,
  peakKey,
  totalRequested,
  unusedRequests,
} from '../../../../src/kubernetes/workloads/unused-requests.ts';

const Mi = 2 ** 20;

function measured(owner: string, name: string, requests: Record<string, string>, used: Record<string, string>) {
  const ownerReferences = [{ kind: 'StatefulSet', name: owner, uid: '1', controller: true }];
  const pod: Pod = {
    metadata: { namespace: 'shop', name, ownerReferences },
    spec: { containers: [{ name: 'app', resources: { requests } }] },
  };
  return { pod, metrics: [{ name: 'app', usage: used }] };
}

describe('unused requests', () => {
  const containers = containersOfWorkloads([
    measured('web', 'web-0', { cpu: '1', memory: '100Mi' }, { cpu: '100m', memory: '90Mi' }),
    measured('web', 'web-1', { cpu: '1', memory: '100Mi' }, { cpu: '300m', memory: '120Mi' }),
    measured('db', 'db-0', { memory: '1000Mi' }, { cpu: '1', memory: '100Mi' }),
    measured('bare', 'bare-0', {}, { cpu: '1', memory: '1Mi' }),
  ]);
  const [web, db] = ['web', 'db'].map((name) => ({ namespace: 'shop', kind: 'StatefulSet', name }));

  it('are what is requested beyond the most that any pod of the workload uses', () => {
    const rows = unusedRequests(containers, new Map());
    assert.deepEqual(
      rows.map(({ workload, pods, cpu, memory, period }) => [workload.name, pods, cpu, memory, period]),
      [
        ['db', 1, undefined, { requested: 1000 * Mi, peak: 100 * Mi, unused: 900 * Mi }, undefined],
        [
          'web',
          2,
          { requested: 1, peak: 0.3, unused: 1.4 },
          { requested: 100 * Mi, peak: 120 * Mi, unused: 0 },
          undefined,
        ],
      ],
    );
    assert.equal(totalRequested(containers, 'cpu'), 2);
  });

  it('are fewer where more was used before', () => {
    assert.ok(web && db);
    const peaks = new Map<string, Peak>([
      [peakKey(db, 'app'), { memory: 950 * Mi, period: 3_600_000 }],
      [peakKey(web, 'app'), { cpu: 0.2, period: 60_000 }],
    ]);
    const rows = unusedRequests(containers, peaks);
    const found = rows.find(({ workload }) => workload.name === 'db');
    assert.deepEqual([found?.memory?.unused, found?.period], [50 * Mi, 3_600_000]);
    // What is used now counts too.
    assert.equal(rows.find(({ workload }) => workload.name === 'web')?.cpu?.peak, 0.3);
  });

  it('are never negative, nor more than what is requested', () => {
    const number = fc.nat(4_000);
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 1 }), number, (pods, before) => {
        const found = containersOfWorkloads(
          pods.map(([request, used], index) =>
            measured('web', `web-${index}`, { cpu: `${request}m` }, { cpu: `${used}m` }),
          ),
        );
        assert.ok(web);
        const [row] = unusedRequests(found, new Map([[peakKey(web, 'app'), { cpu: before / 1_000, period: 1 }]]));
        assert.ok(row?.cpu && row.cpu.unused >= 0 && row.cpu.unused <= totalRequested(found, 'cpu'));
      }),
    );
  });
});
