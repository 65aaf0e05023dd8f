import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deletedBeside, droppedParts } from '../../../../src/kubernetes/writes/dropped-parts.ts';

const $patch = 'delete';
const dns = [
  { name: 'dns', port: 53, protocol: 'UDP' },
  { name: 'dns-tcp', port: 53, protocol: 'TCP' },
];

describe('what an update drops from lists', () => {
  const dropped = (before: unknown, after: unknown) => droppedParts({ list: before }, { list: after });
  const [a, b, c] = ['a', 'b', 'c'].map((namespace) => ({ kind: 'ServiceAccount', name: 'default', namespace }));
  const text = (namespace: string) => `list[name="default",kind="ServiceAccount",namespace="${namespace}"]`;

  it('is a member, also where another has its name', () => {
    assert.deepEqual(dropped([a, b], [a]), [text('b')]);
    assert.deepEqual(dropped([a, b], [b]), [text('a')]);
    assert.deepEqual(dropped([a, b], [c, a]), [text('b')]);
    assert.deepEqual(dropped([a], [b]), ['list[name="default"]']);
    assert.deepEqual(dropped([a, b], [b, a]), []);
    assert.deepEqual(dropped([a, b], [b, c, a]), []);
  });

  it('is no member that changes', () => {
    const [one, two] = [80, 81].map((port) => ({ name: 'web', port, weight: 1 }));
    assert.deepEqual(dropped([one, two], [one, { ...two, weight: 9 }]), []);
    assert.deepEqual(dropped([one], [{ ...one, port: 8080 }]), []);
    assert.deepEqual(dropped([one, two], [{ ...two, weight: 9 }]), ['list[name="web",port=80]']);
    assert.deepEqual(dropped([one], [{ name: 'web', port: 80 }]), ['list[name="web"].weight']);
  });

  it('is a port, also where another has its number', () => {
    const ports = [
      { containerPort: 53, protocol: 'UDP' },
      { containerPort: 53, protocol: 'TCP' },
    ];
    assert.deepEqual(dropped(ports, ports.slice(1)), ['list[containerPort=53,protocol="UDP"]']);
    assert.deepEqual(dropped(ports, ports.toReversed()), []);
  });

  it('is whatever is left out of members with names', () => {
    const member = fc.record({ name: fc.constantFrom('a', 'b'), namespace: fc.constantFrom('x', 'y', 'z') });
    const members = fc.uniqueArray(member, { minLength: 1, maxLength: 5, selector: (one) => JSON.stringify(one) });
    fc.assert(
      fc.property(members, fc.nat(), (before, at) => {
        const after = before.toSpliced(at % before.length, 1);
        assert.equal(dropped(before, after).length, 1);
        assert.deepEqual(dropped(after, before), []);
      }),
    );
  });
});

describe('what a strategic patch deletes beside what it names', () => {
  const beside = (directives: object[], before: object[], after: object[]) =>
    deletedBeside({ list: directives }, { list: before }, { list: after });

  it('is what has the same key', () => {
    assert.deepEqual(beside([{ port: 53, protocol: 'UDP', $patch }], dns, []), [
      'list[name="dns-tcp",port=53,protocol="TCP"]',
    ]);
    assert.deepEqual(beside([{ name: 'dns', port: 53, $patch }], dns, []), [
      'list[name="dns-tcp",port=53,protocol="TCP"]',
    ]);
    assert.deepEqual(beside([{ port: 53, $patch }], dns, []), []);
  });

  it('is not what the server filled in or somebody changed in the one that is named', () => {
    const live = { name: 's', image: 'x:2', ports: [{ containerPort: 80, protocol: 'TCP' }] };
    assert.deepEqual(beside([{ name: 's', image: 'x:1', ports: [{ containerPort: 80 }], $patch }], [live], []), []);
    assert.deepEqual(beside([{ name: 'E', value: 'old', $patch }], [{ name: 'E', value: 'new' }], []), []);
  });

  it('is not what the same patch changes', () => {
    const ports = [
      { name: 'a', port: 80, protocol: 'TCP' },
      { name: 'b', port: 81, protocol: 'TCP' },
    ];
    const renamed = [{ name: 'c', port: 81, protocol: 'TCP' }];
    assert.deepEqual(
      beside(
        [
          { port: 80, $patch },
          { port: 81, name: 'c' },
        ],
        ports,
        renamed,
      ),
      [],
    );
    const mounts = [
      { mountPath: '/x', name: 'v1' },
      { mountPath: '/y', name: 'v1' },
    ];
    const moved = [{ mountPath: '/y', name: 'v2' }];
    assert.deepEqual(
      beside(
        [
          { mountPath: '/x', $patch },
          { mountPath: '/y', name: 'v2' },
        ],
        mounts,
        moved,
      ),
      [],
    );
  });
});
