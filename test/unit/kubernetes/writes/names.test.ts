import assert from 'node:assert/strict';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { danger } from '../../../../src/kubernetes/writes/danger.ts';
import { nameProblem } from '../../../../src/kubernetes/writes/names.ts';

const change: Change = {
  access: 'create',
  context: 'c',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'n',
  name: 'x',
};
const untried = { consequences: [danger('notTried')] };

describe('names of what is new', () => {
  it('have no character that cannot be seen, whatever the kind', () => {
    for (const name of ['a\u202eb', 'a\nb', 'a b', 'a\u00a0b', '\u200ba'])
      for (const apiVersion of ['v1', 'rbac.authorization.k8s.io/v1'])
        assert.match(nameProblem({ ...change, apiVersion, name }) ?? '', /cannot be seen/);
    assert.match(nameProblem({ ...change, namespace: 'a\u200b' }) ?? '', /cannot be seen/);
    const after = { metadata: { generateName: 'a\u202e-' } };
    assert.match(nameProblem({ ...change, name: undefined, after }) ?? '', /cannot be seen/);
  });

  it('keep to the rules of the kind, where no dry run has tried them', () => {
    for (const name of ['A', 'a_b', '-a', 'a..b', 'é', 'x'.repeat(254)])
      assert.match(nameProblem({ ...change, ...untried, name }) ?? '', /can be no name/, name);
    assert.equal(nameProblem({ ...change, ...untried, name: 'a.b-c' }), undefined);
    assert.match(nameProblem({ ...change, ...untried, kind: 'Service', name: 'a.b' }) ?? '', /can be no name/);
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', name: 'system:x' };
    assert.equal(nameProblem({ ...change, ...untried, ...role }), undefined);
  });

  it('are as they are of what exists', () =>
    assert.equal(nameProblem({ ...change, access: 'update', name: 'a\u202e' }), undefined));
});
