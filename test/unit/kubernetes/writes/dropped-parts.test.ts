import assert from 'node:assert/strict';
import { deletedBeside } from '../../../../src/kubernetes/writes/dropped-parts.ts';

const $patch = 'delete';
const dns = [
  { name: 'dns', port: 53, protocol: 'UDP' },
  { name: 'dns-tcp', port: 53, protocol: 'TCP' },
];

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
