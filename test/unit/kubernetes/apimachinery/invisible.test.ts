import assert from 'node:assert/strict';
import { codePointEscape, INVISIBLE, NO_WIDTH, UNSEEN } from '../../../../src/kubernetes/apimachinery/invisible.ts';
import { UNSEEN_SIGNS } from '../../../support/unseen.ts';

const [noWidth, unseen, invisible] = [NO_WIDTH, UNSEEN, INVISIBLE].map((part) => new RegExp(`^[${part}]$`, 'u'));

describe('what cannot be seen', () => {
  it('is every character that Unicode calls ignorable, a control or a format, and what is drawn blank', () => {
    assert.deepEqual(
      UNSEEN_SIGNS.filter((sign) => !unseen?.test(sign) || !invisible?.test(sign)),
      [],
    );
    for (const sign of ['\u115f', '\u3164', '\uffa0', '\u034f', '\u17b4', '\ufe0f', '\u{e0100}', '\u2800', '\ue000'])
      assert.match(sign, unseen ?? /$^/, codePointEscape(sign));
  });

  it('is spaces only where they are asked for, and no width is what takes no room', () => {
    for (const sign of [' ', '\u00a0', '\u3000', '\u202f']) {
      assert.match(sign, invisible ?? /$^/);
      for (const class_ of [noWidth, unseen]) assert.doesNotMatch(sign, class_ ?? /^/);
    }
    assert.doesNotMatch('\u2800', noWidth ?? /^/);
    assert.match('\u3164', noWidth ?? /$^/);
  });

  it('is no letter, digit, mark, symbol or emoji that people write', () => {
    for (const sign of 'aZ09-_~é漢字ключ한ㅎ்ก🙂⚠€½①'.normalize('NFD'))
      assert.doesNotMatch(sign, invisible ?? /^/, sign);
  });

  it('is written by its number', () => {
    assert.deepEqual(['\0', '\u202e', '\u{e0041}'].map(codePointEscape), ['\\u{0}', '\\u{202e}', '\\u{e0041}']);
  });
});
