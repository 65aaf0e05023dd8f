import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quoted } from '../../../../src/kubernetes/metrics/quoted.ts';

describe('a string of PromQL', () => {
  it('holds the text, whatever it is, and ends where it ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '\n', 'n', 'a', '{', "'") }), (text) => {
        const written = quoted(text);
        assert.match(written, /^"(?:[^"\\\n]|\\["\\n])*"$/);
        assert.equal(JSON.parse(written), text);
      }),
    );
  });
});
