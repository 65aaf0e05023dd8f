import assert from 'node:assert/strict';
import { cause, ranked, risk, symptom } from '../../../../../src/kubernetes/diagnosis/facts/finding.ts';

describe('findings', () => {
  it('come with the cause first, each once', () => {
    assert.deepEqual(
      ranked([risk('c'), symptom('b'), cause('a'), cause('a')]).map(({ text }) => text),
      ['a', 'b', 'c'],
    );
  });
});
