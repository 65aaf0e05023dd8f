import assert from 'node:assert/strict';
import {
  admitsPort,
  type NetworkPolicy,
  openingsOf,
  openingText,
  type PolicyPort,
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
    const tcp = (number: number) => ({ protocol: 'TCP', number });
    assert.deepEqual(
      [79, 80, 90, 91].map((port) => admitsPort(ranged, tcp(port), pods)),
      [false, true, true, false],
    );
    assert.deepEqual(
      [8080, 80].map((port) => admitsPort(named, tcp(port), pods)),
      [true, false],
    );
    assert.equal(openingText(ranged), 'everybody on TCP 80-90');
  });

  it('open a port of one protocol, which is TCP unless they say so', () => {
    const ports = [
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 53 },
    ];
    const pods = [{ spec: { containers: [{ name: 'a', ports }] } }];
    const admitted = (...opened: PolicyPort[]) => {
      const [opening] = openingsOf([policy('p', { ingress: [{ ports: opened }] })], 'Ingress');
      assert.ok(opening);
      return ['TCP', 'UDP', 'SCTP'].filter((protocol) => admitsPort(opening, { protocol, number: 53 }, pods));
    };
    assert.deepEqual(admitted(), ['TCP', 'UDP', 'SCTP']);
    assert.deepEqual(admitted({ port: 53 }), ['TCP']);
    assert.deepEqual(admitted({ protocol: 'UDP' }), ['UDP']);
    assert.deepEqual(admitted({ protocol: 'UDP', port: 50, endPort: 60 }, { port: 53 }), ['TCP', 'UDP']);
    assert.deepEqual(admitted({ protocol: 'UDP', port: 'dns' }), ['UDP']);
    assert.deepEqual(admitted({ port: 'dns-tcp' }), ['TCP']);
    // A name stands for a port of the same protocol only.
    assert.deepEqual(admitted({ port: 'dns' }, { protocol: 'UDP', port: 'dns-tcp' }), []);
  });
});
