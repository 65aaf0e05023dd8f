import assert from 'node:assert/strict';
import { allowedKinds, includesKind } from '../../../../src/extension/diagnostics/rules.ts';

describe('rules of a user', () => {
  it('are one star when everything is allowed', () => {
    const rules = [
      { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    ];
    assert.deepEqual(allowedKinds(rules, 'delete'), ['*']);
    assert.ok(includesKind(['*'], 'pods/exec'));
  });

  it('name kinds with their groups, each once and the common ones first', () => {
    const rules = [
      { verbs: ['list'], apiGroups: ['', 'example.com'], resources: ['bindings', 'pods'] },
      { verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['deployments'] },
      { verbs: ['list'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['get'], apiGroups: [''], resources: ['secrets'] },
    ];
    assert.deepEqual(allowedKinds(rules, 'list'), [
      'pods',
      'deployments.apps',
      'bindings',
      'bindings.example.com',
      'pods.example.com',
    ]);
  });

  it('are not general when they hold for some names only', () => {
    const rules = [{ verbs: ['*'], apiGroups: [''], resources: ['secrets'], resourceNames: ['mine'] }];
    assert.deepEqual(allowedKinds(rules, 'list'), []);
    assert.deepEqual(allowedKinds([{ verbs: ['get'] }], 'get'), []);
  });

  for (const [kinds, kind, expected] of [
    [['*'], 'pods', true],
    [['*.apps'], 'deployments.apps', true],
    [['*.apps'], 'pods', false],
    [['pods.*'], 'pods', true],
    [['pods'], 'pods/exec', false],
    [['pods/exec'], 'pods/exec', true],
  ] as const) {
    it(`${expected ? 'find' : 'do not find'} ${kind} among ${kinds}`, () =>
      assert.equal(includesKind(kinds, kind), expected));
  }
});
