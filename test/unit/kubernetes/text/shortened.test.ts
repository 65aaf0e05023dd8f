import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shortened } from '../../../../src/kubernetes/text/shortened.ts';

describe('shortened', () => {
  it('keeps what a text is about and its reason, and marks what it leaves out', () => {
    const error = `failed to pull image "registry.example.com/shop/web:1.2": failed to resolve image: ${'failed to do request: '.repeat(20)}dial tcp: connect: network is unreachable`;
    const text = shortened(error, 120);
    assert.match(text, /^failed to pull image "registry.* … .*connect: network is unreachable$/);
    assert.ok(text.length <= 120);
  });

  it('leaves short texts alone, and never exceeds the length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 10, max: 90 }), (text, length) => {
        const short = shortened(text, length);
        if (text.length <= length) assert.equal(short, text);
        else assert.ok(short.length <= length, short);
        assert.ok(short.isWellFormed());
      }),
    );
  });

  it('redacts before it cuts: the end of a credential is none that can be recognized', () => {
    const secret = 'correct-horse-battery-staple-of-many-words';
    for (let before = 0; before < 120; before += 7) {
      const text = shortened(`${'x '.repeat(before)}password=${secret}${' and so on'.repeat(3)}`, 60);
      assert.doesNotMatch(text, /horse|battery|staple|words/);
    }
  });
});
