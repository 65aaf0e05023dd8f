import assert from 'node:assert/strict';
import { selectorText } from '../../../../src/kubernetes/apimachinery/label-selector.ts';

describe('selectorText', () => {
  it('writes what the API server takes', () => {
    assert.equal(selectorText({ app: 'web', tier: 'front' }), 'app=web,tier=front');
    assert.equal(
      selectorText({
        matchLabels: { app: 'web' },
        matchExpressions: [
          { key: 'env', operator: 'In', values: ['a', 'b'] },
          { key: 'x', operator: 'NotIn', values: ['c'] },
          { key: 'here', operator: 'Exists' },
          { key: 'gone', operator: 'DoesNotExist' },
        ],
      }),
      'app=web,env in (a,b),x notin (c),here,!gone',
    );
    for (const nothing of [undefined, null, {}, { matchLabels: {} }, 'app=web'])
      assert.equal(selectorText(nothing), undefined);
  });
});
