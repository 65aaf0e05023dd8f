import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatCommand, quotedWord } from '../../../../src/extension/targets/quoted-words.ts';
import { textWithUnseen, UNSEEN_SIGNS } from '../../../support/unseen.ts';

describe('quoted words', () => {
  it('are as they stand where nothing is hidden in them', () => {
    assert.equal(
      formatCommand(['aws', 'eks', '--region=eu-west-1', '/a/b.c', 'größe', '集群']),
      'aws eks --region=eu-west-1 /a/b.c größe 集群',
    );
  });

  it('are quoted where they could be taken for several, for a link or for nothing', () => {
    assert.equal(quotedWord('a b'), '"a b"');
    assert.equal(quotedWord(''), '""');
    assert.equal(quotedWord('[Allow](command:x)'), String.raw`"\u{5b}Allow](command:x)"`);
    assert.equal(quotedWord('a\u202Eb\u200B\n\u001B'), String.raw`"a\u{202e}b\u{200b}\n\u001b"`);
    assert.equal(quotedWord('rm\u3164\uffa0\u2800'), String.raw`"rm\u{3164}\u{ffa0}\u{2800}"`);
  });

  it('show every character that is not seen, letters too', () => {
    assert.deepEqual(
      UNSEEN_SIGNS.filter((sign) => quotedWord(`a${sign}`).includes(sign)),
      [],
    );
  });

  it('hold no sign that is not seen, and are never alike for other words', () => {
    fc.assert(
      fc.property(textWithUnseen, textWithUnseen, (a, b) => {
        assert.doesNotMatch(
          quotedWord(a),
          /[\p{C}\p{M}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u00A0\u2800\u{1d159}\u{13441}\u{13442}[]/u,
        );
        if (a !== b) assert.notEqual(quotedWord(a), quotedWord(b));
      }),
    );
  });
});
