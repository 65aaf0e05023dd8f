import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatCommand, visible } from '../../../../src/extension/targets/visible-text.ts';

describe('visible words', () => {
  it('are as they stand where nothing is hidden in them', () => {
    assert.equal(
      formatCommand(['aws', 'eks', '--region=eu-west-1', '/a/b.c', 'größe', '集群']),
      'aws eks --region=eu-west-1 /a/b.c größe 集群',
    );
  });

  it('are quoted where they could be taken for several, for a link or for nothing', () => {
    assert.equal(visible('a b'), '"a b"');
    assert.equal(visible(''), '""');
    assert.equal(visible('[Allow](command:x)'), String.raw`"\u{5b}Allow](command:x)"`);
    assert.equal(visible('a\u202Eb\u200B\n\u001B'), String.raw`"a\u{202e}b\u{200b}\n\u001b"`);
  });

  it('hold no sign that is not seen, and are never alike for other words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        assert.doesNotMatch(visible(a), /[\p{C}\p{Zl}\p{Zp}\u00A0[]/u);
        if (a !== b) assert.notEqual(visible(a), visible(b));
      }),
    );
  });
});
