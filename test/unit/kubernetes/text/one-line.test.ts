import assert from 'node:assert/strict';
import fc from 'fast-check';
import { oneLine } from '../../../../src/kubernetes/text/one-line.ts';

describe('oneLine', () => {
  it('makes one line of several, and one cell', () => {
    assert.equal(oneLine('ok\nCause: none\r\nx\ty\u2028z\u0085'), 'ok Cause: none x y z ');
  });

  it('shows what is not seen', () => {
    assert.equal(oneLine('a\u001b[31m\u202eb\u200bc\u0000'), 'a\\u{1b}[31m\\u{202e}b\\u{200b}c\\u{0}');
  });

  it('leaves neither a line end nor a control character, whatever the text', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(oneLine(text), /[\p{Control}\p{Format}\u2028\u2029]/u);
      }),
    ));

  it('leaves words as they are', () => {
    for (const text of ['', 'web-1  ready', '就绪 🚀 zoë', '\\u{1b}']) assert.equal(oneLine(text), text);
  });
});
