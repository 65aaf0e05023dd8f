import assert from 'node:assert/strict';
import { demandedField } from '../../../../../src/kubernetes/apimachinery/field-selector.ts';
import type { Lookup } from '../../../../../src/kubernetes/diagnosis/facts/lookup.ts';
import { inOrder, type Warning, warningsOf } from '../../../../../src/kubernetes/diagnosis/facts/warnings.ts';

describe('warnings', () => {
  it('are asked for by the name of what is in no namespace, whatever signs are in it', async () => {
    const selectors: string[] = [];
    const list = async (_kind: unknown, _namespace: unknown, { fieldSelector = '' }) => {
      selectors.push(fieldSelector);
      return [];
    };
    const names = ['system:node', 'a=b', 'a,type!=Warning', 'a\\'];
    for (const name of names) await warningsOf({ metadata: { name } }, 'ClusterRole', { list } as unknown as Lookup);
    const demanded = (field: string) => selectors.map((selector) => demandedField(selector, field));
    assert.deepEqual(demanded('involvedObject.name'), names);
    assert.deepEqual(new Set(demanded('type')), new Set(['Warning']));
  });

  it('that differ only in names count as one', () => {
    const warning = (message: string, last: number): Warning => ({
      type: 'Warning',
      reason: 'FailedCreate',
      message,
      count: 2,
      object: { kind: 'ReplicaSet', name: 'web' },
      namespace: 'n',
      first: 0,
      last,
    });
    const [only, ...others] = inOrder([
      warning('pods "web-1" is forbidden', 1),
      warning('(combined from similar events): pods "web-3" is forbidden', 3),
      warning('pods "web-2" is forbidden', 2),
    ]);
    assert.deepEqual(others, []);
    assert.equal(only?.count, 6);
    assert.equal(only?.last, 3);
  });
});
