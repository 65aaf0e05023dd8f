import assert from 'node:assert/strict';
import {
  admitsPort,
  type NetworkPolicy,
  openingsOf,
  openingText,
  policiesOn,
} from '../../../../../src/kubernetes/diagnosis/facts/network.ts';

const policy = (name: string, spec: NetworkPolicy['spec']): NetworkPolicy => ({
  metadata: { name },
  ...(spec ? { spec } : {}),
});

describe('network policies', () => {
  it('restrict what they select, in the directions that they name', () => {
    const web = { app: 'web' };
    const all = [
      policy('in', { podSelector: {} }),
      policy('both', { podSelector: { matchLabels: web }, egress: [] }),
      policy('out', { podSelector: {}, policyTypes: ['Egress'] }),
      policy('other', { podSelector: { matchLabels: { app: 'db' } } }),
    ];
    const names = (direction: 'Ingress' | 'Egress') =>
      policiesOn(all, web, direction).map(({ metadata }) => metadata?.name);
    assert.deepEqual(names('Ingress'), ['in', 'both']);
    assert.deepEqual(names('Egress'), ['both', 'out']);
  });

  it('open ports by number, range and name', () => {
    const pods = [{ spec: { containers: [{ name: 'a', ports: [{ name: 'http', containerPort: 8080 }] }] } }];
    const [ranged, named] = openingsOf(
      [policy('p', { ingress: [{ ports: [{ port: 80, endPort: 90 }] }, { ports: [{ port: 'http' }] }] })],
      'Ingress',
    );
    assert.ok(ranged && named);
    assert.deepEqual(
      [79, 80, 90, 91].map((port) => admitsPort(ranged, port, pods)),
      [false, true, true, false],
    );
    assert.deepEqual(
      [8080, 80].map((port) => admitsPort(named, port, pods)),
      [true, false],
    );
    assert.equal(openingText(ranged), 'everybody on TCP 80-90');
  });
});
