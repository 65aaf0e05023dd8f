import assert from 'node:assert/strict';
import { ambiguities } from '../../../../src/kubernetes/text/yaml-ambiguities.ts';

describe('words that mean something else to others', () => {
  it('are found with their place and what they are to kubectl', () => {
    const text = 'a: 0400\n---\r\nb: [yes, "no", 1_000, 0o17, 12, 1.5, true, 08]\non: {c: !!str off}\n';
    assert.deepEqual(ambiguities(text), [
      { line: 0, column: 3, source: '0400', value: 256 },
      { line: 2, column: 4, source: 'yes', value: true },
      { line: 2, column: 15, source: '1_000', value: 1000 },
      { line: 3, column: 0, source: 'on', value: true },
    ]);
  });

  it('are none in what cannot be read', () => assert.deepEqual(ambiguities('a: [yes'), []));
});
