import assert from 'node:assert/strict';
import { cause, ranked, risk, someOf, symptom, within } from '../../../../../src/kubernetes/diagnosis/facts/finding.ts';
import { say } from '../../../../../src/kubernetes/diagnosis/facts/message.ts';

describe('findings', () => {
  it('come with the cause first, each once', () => {
    assert.deepEqual(
      ranked([risk(say`c`), symptom(say`b`), cause(say`a`), cause(say`a`)]).map(({ message }) => String(message)),
      ['a', 'b', 'c'],
    );
  });

  it('are named by what they are of, and names are counted where there are many', () => {
    const { level, message } = within(say`pod ${'web'}`, cause(say`it is ${'gone'}`));
    assert.deepEqual([level, String(message)], ['cause', 'pod web: it is gone']);
    assert.equal(String(someOf(['a', 'b', 'c', 'd'], 2)), 'a, b and 2 more');
    assert.equal(someOf([]), '');
  });
});
