import assert from 'node:assert/strict';
import { parseTaint, taintText } from '../../../../src/kubernetes/writes/node-changes.ts';

describe('a taint', () => {
  it('is written as for kubectl', () => {
    const cases = {
      'dedicated=gpu:NoSchedule': { key: 'dedicated', value: 'gpu', effect: 'NoSchedule', isRemoval: false },
      'example.com/x:NoExecute': { key: 'example.com/x', effect: 'NoExecute', isRemoval: false },
      'a-b=c-d:PreferNoSchedule-': { key: 'a-b', value: 'c-d', effect: 'PreferNoSchedule', isRemoval: true },
      'example.com/x-': { key: 'example.com/x', effect: '', isRemoval: true },
    };
    for (const [text, expected] of Object.entries(cases)) {
      assert.deepEqual(parseTaint(text), expected);
      assert.equal(taintText(parseTaint(text)), text.replace(/-$/, ''));
    }
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'x',
      'x:',
      'x:Never',
      '=y:NoSchedule',
      'x=y',
      ':NoSchedule',
      'x y:NoSchedule',
      'x:NoSchedule--',
    ])
      assert.throws(() => parseTaint(text), /is no taint\. As in kubectl/, text);
  });
});
