import assert from 'node:assert/strict';
import fc from 'fast-check';
import { oneLine } from '../../../../src/kubernetes/text/one-line.ts';
import { textWithUnseen, UNSEEN_SIGNS } from '../../../support/unseen.ts';

describe('oneLine', () => {
  it('makes one line of several, and one cell', () => {
    assert.equal(oneLine('ok\nCause: none\r\nx\ty\u2028z\u0085'), 'ok Cause: none x y z ');
  });

  it('shows what is not seen', () => {
    assert.equal(oneLine('a\u001b[31m\u202eb\u200bc\u0000'), 'a\\u{1b}[31m\\u{202e}b\\u{200b}c\\u{0}');
  });

  it('leaves neither a line end nor a control character, whatever the text', () =>
    fc.assert(
      fc.property(textWithUnseen, (text) => {
        assert.doesNotMatch(
          oneLine(text),
          /(?<!\p{Extended_Pictographic})\ufe0f|(?!\ufe0f)[\p{Default_Ignorable_Code_Point}\p{C}\u2028\u2029\u2800]/u,
        );
      }),
    ));

  it('shows every character that is not seen', () => {
    assert.deepEqual(
      UNSEEN_SIGNS.filter((sign) => oneLine(`a${sign}b`).includes(sign)),
      [],
    );
    assert.equal(oneLine('a\u3164\u2800\u{e0100}b'), 'a\\u{3164}\\u{2800}\\u{e0100}b');
  });

  it('leaves an emoji an emoji, but nothing hidden behind it', () => {
    assert.equal(oneLine('⚠\ufe0f full'), '⚠\ufe0f full');
    assert.equal(oneLine('1\ufe0f\u20e3 ready'), '1\ufe0f\u20e3 ready');
    assert.equal(oneLine('1\ufe0f ready'), '1\\u{fe0f} ready');
    assert.equal(oneLine('⚠\ufe0f\ufe0f\ufe01'), '⚠\ufe0f\\u{fe0f}\\u{fe01}');
  });

  it('leaves words as they are', () => {
    for (const text of ['', 'web-1  ready', '就绪 🚀 zoë', '\\u{1b}']) assert.equal(oneLine(text), text);
  });
});
