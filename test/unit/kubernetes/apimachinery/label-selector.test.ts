import assert from 'node:assert/strict';
import { demandedLabel, selectorText } from '../../../../src/kubernetes/apimachinery/label-selector.ts';
import { processorTime } from '../../../support/load.ts';

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

describe('demandedLabel', () => {
  it('is the one value that the API server would let a label have', () => {
    for (const selector of [
      'a=b',
      'a==b',
      'a in (b)',
      'a in(b,b)',
      ' a = b ,c',
      'x!=b,a=b',
      '!x,a=b',
      'x notin (a,c),a=b',
      'in in (in),a=b',
      'x=,a=b',
      'x>1,a=b',
    ])
      assert.equal(demandedLabel(selector, 'a'), 'b', selector);
    assert.equal(demandedLabel('a=', 'a'), '');
  });

  it('is none where others are let in, or nothing can be said', () => {
    for (const selector of [
      '',
      'a',
      '!a',
      'a!=b',
      'a notin (b)',
      'a in (b,c)',
      'a in (b,)',
      'xa=b',
      'a/x=b',
      'x in (c,a=b)',
      'a=b,',
      ',a=b',
      'x,,a=b',
      'a===b',
      'a= =b',
      'ain(b)',
      'a=b c',
      'x\0,a=b',
      'x=(,a=b',
      'a in (b',
    ])
      assert.equal(demandedLabel(selector, 'a'), undefined, selector);
  });

  it('takes little time for any text', async () => {
    for (const part of ['a=b,', 'a', ' ', 'a in (', ' ,', '!', '=', 'a notin (b),', 'a in (b , b),'])
      for (const end of ['', '(', ' !']) {
        const text = `a in (b${part.repeat(100_000)}${end}`;
        const took = await processorTime(() => [demandedLabel(text, 'a'), demandedLabel(text.slice(7), 'a')]);
        assert.ok(took < 500, `${part}${end}: ${took} ms`);
      }
  });
});
