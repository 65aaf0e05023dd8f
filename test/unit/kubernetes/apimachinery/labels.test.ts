import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isEmpty, matches } from '../../../../src/kubernetes/apimachinery/labels.ts';

describe('label selectors', () => {
  it('match as those of the API server do', () => {
    const label = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.dictionary(label, label), label, fc.array(label), (labels, key, values) => {
        const one = (operator: string) => matches({ matchExpressions: [{ key, operator, values }] }, labels);
        const value = labels[key];
        assert.equal(one('In'), value !== undefined && values.includes(value));
        assert.equal(one('NotIn'), !one('In'));
        assert.equal(one('Exists'), !one('DoesNotExist'));
        assert.equal(matches({ matchLabels: labels }, labels), true);
        assert.equal(matches({}, labels), true);
        assert.equal(matches(undefined, labels), false);
      }),
    );
    assert.deepEqual(
      [isEmpty({}), isEmpty({ matchLabels: {} }), isEmpty({ matchLabels: { a: 'b' } })],
      [true, true, false],
    );
  });
});
