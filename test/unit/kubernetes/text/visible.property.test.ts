import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CONTINUED, foldedText, hasInvisible, visible, visibleText } from '../../../../src/kubernetes/text/visible.ts';
import { textWithUnseen } from '../../../support/unseen.ts';

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const text = fc.oneof(
  textWithUnseen,
  fc.string({ unit: fc.constantFrom('\\', 'u', '2', '0', 'E', '{', '\u202e', '\u200b', '\n', ' ', '\u{e0041}') }),
);

describe('text that is to be seen', () => {
  it('has no character that cannot be, and none is lost', () =>
    fc.assert(
      fc.property(text, (value) => {
        assert.doesNotMatch(visible(value), INVISIBLE);
        assert.doesNotMatch(visibleText(value).replace(/[\n\t]/g, ''), INVISIBLE);
        assert.equal(hasInvisible(value), /[^ -~]/u.test(value) ? hasInvisible(value) : false);
      }),
    ));

  it('is different for different texts', () =>
    fc.assert(
      fc.property(text, text, (one, other) => {
        assert.equal(visible(one) === visible(other), one === other);
        assert.equal(visibleText(one) === visibleText(other), one === other);
      }),
    ));

  it('keeps what people write', () => {
    for (const plain of ['a b', 'déjà vu', '漢字', 'C:\\users', 'päss 🙂']) assert.equal(visible(plain), plain);
    assert.equal(visible('a\u202eb'), 'a\\u202Eb');
    assert.equal(visible('a\\u202Eb'), 'a\\\\u202Eb');
    assert.equal(visibleText('a\n\tb\r'), 'a\n\tb\\u000D');
  });

  it('takes a long run of backslashes in its stride', () =>
    assert.equal(visible('\\'.repeat(100_000)).length, 100_000));

  it('breaks lines that editors would not draw to their end', () => {
    const folded = foldedText(`short\n${'x'.repeat(2_500)}`);
    assert.ok(folded.split('\n').every((line) => line.length <= 1_000 + CONTINUED.length));
    assert.equal(folded.replaceAll(`${CONTINUED}\n`, ''), `short\n${'x'.repeat(2_500)}`);
    assert.equal(foldedText('short'), 'short');
  });
});
