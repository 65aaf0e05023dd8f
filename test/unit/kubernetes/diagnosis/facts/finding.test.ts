import assert from 'node:assert/strict';
import {
  cause,
  firstOf,
  moreAbout,
  ranked,
  risk,
  someOf,
  symptom,
  within,
} from '../../../../../src/kubernetes/diagnosis/facts/finding.ts';
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

  it('are the worst few, and the rest is as bad as the worst of it', () => {
    const all = [risk(say`a`), risk(say`b`), symptom(say`c`), cause(say`d`), cause(say`e`)];
    const shown = (count: number) =>
      firstOf(all, count, moreAbout('nodes')).map(({ level, message }) => `${level}: ${message}`);
    assert.deepEqual(shown(1), ['cause: d', 'cause: 4 more findings about nodes']);
    assert.deepEqual(shown(4), ['cause: d', 'cause: e', 'symptom: c', 'risk: a', 'risk: 1 more findings about nodes']);
    assert.equal(shown(5).length, 5);
  });
});
