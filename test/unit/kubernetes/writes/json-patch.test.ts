import assert from 'node:assert/strict';
import { patchShown } from '../../../../src/kubernetes/writes/json-patch.ts';

const shown = {
  metadata: { name: 'db', annotations: { 'a/b': 'c', 'x~y': 'z' } },
  data: { password: '<redacted>', 'app.properties': 'user=shop\npassword=<redacted #0a1b>' },
  list: ['a', 'b', { env: [{ name: 'DB_PASSWORD', value: '<redacted, changed>' }] }],
};

describe('a JSON patch of what is shown', () => {
  const patched = (...operations: object[]) => patchShown(shown, operations);

  for (const [what, operation, result] of [
    ['adds a field', { op: 'add', path: '/metadata/x', value: 1 }, { ...shown, metadata: { ...shown.metadata, x: 1 } }],
    ['replaces the object', { op: 'add', path: '', value: { a: 1 } }, { a: 1 }],
    ['adds to a list', { op: 'add', path: '/list/1', value: 'n' }, { ...shown, list: ['a', 'n', 'b', shown.list[2]] }],
    ['adds to its end', { op: 'add', path: '/list/-', value: 'n' }, { ...shown, list: [...shown.list, 'n'] }],
    ['removes from it', { op: 'remove', path: '/list/0' }, { ...shown, list: shown.list.slice(1) }],
    [
      'replaces in it',
      { op: 'replace', path: '/list/0', value: 'n' },
      { ...shown, list: ['n', ...shown.list.slice(1)] },
    ],
    ['moves in it', { op: 'move', from: '/list/0', path: '/list/1' }, { ...shown, list: ['b', 'a', shown.list[2]] }],
    ['replaces what is redacted', { op: 'replace', path: '/data', value: {} }, { ...shown, data: {} }],
    ['removes what is redacted', { op: 'remove', path: '/data' }, { metadata: shown.metadata, list: shown.list }],
    ['tests what is open', { op: 'test', path: '/metadata/annotations', value: { 'x~y': 'z', 'a/b': 'c' } }, shown],
    [
      'copies by an escaped path',
      { op: 'copy', from: '/metadata/annotations/a~1b', path: '/metadata/annotations/x~0y' },
      { ...shown, metadata: { name: 'db', annotations: { 'a/b': 'c', 'x~y': 'c' } } },
    ],
  ] as const) {
    it(what, () => assert.deepEqual(patched(operation), result));
  }

  for (const from of ['', '/data', '/data/password', '/data/app.properties', '/list', '/list/2/env/0/value'])
    for (const op of ['copy', 'move', 'test'])
      it(`refuses ${op} of ${from || 'all'}`, () => {
        const operation = op === 'test' ? { op, path: from, value: 1 } : { op, from, path: '/metadata/x' };
        assert.throws(() => patched(operation), /takes or compares what is redacted/);
      });

  it('follows what has moved', () => {
    const shift = { op: 'remove', path: '/list/0' };
    assert.throws(() => patched(shift, { op: 'copy', from: '/list/1', path: '/metadata/x' }), /is redacted/);
    assert.throws(() => patched(shift, { op: 'copy', from: '/list/2', path: '/metadata/x' }), /goes nowhere/);
  });

  for (const operation of [
    { op: 'remove', path: '/none' },
    { op: 'replace', path: '/list/3', value: 1 },
    { op: 'add', path: '/list/4', value: 1 },
    { op: 'remove', path: '/list/-' },
    { op: 'remove', path: '/list/-1' },
    { op: 'remove', path: '/list/00' },
    { op: 'add', path: '/none/x', value: 1 },
    { op: 'add', path: '/metadata/name/x', value: 1 },
    { op: 'remove', path: '/constructor' },
    { op: 'copy', from: '/data/password/0', path: '/metadata/x' },
  ])
    it(`goes nowhere by ${JSON.stringify(operation)}`, () => assert.throws(() => patched(operation), /goes nowhere/));

  for (const operation of [
    null,
    {},
    { op: 'x', path: '' },
    { op: 'add' },
    { op: 'add', path: 'x' },
    { op: 'copy', path: '/x' },
  ])
    it(`is none: ${JSON.stringify(operation)}`, () =>
      assert.throws(() => patchShown(shown, [operation]), /^UserError: Operation 1 of the patch/));

  it('leaves what was shown alone', () => {
    const before = structuredClone(shown);
    patched({ op: 'add', path: '/metadata/__proto__', value: { x: 1 } }, { op: 'remove', path: '/list/2/env' });
    assert.deepEqual(shown, before);
    assert.equal(Object.hasOwn(Object.prototype, 'x'), false);
  });
});
