import assert from 'node:assert/strict';
import fc from 'fast-check';
import { helloWith, isProven, proofOf } from '../../src/editor-proof.ts';

describe('proof between server and editor', () => {
  it('holds for the one who knows the token, on its own side, and for this greeting', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), fc.string(), (token, other, text) => {
        fc.pre(token !== other);
        const hello = helloWith(token);
        assert.ok(isProven('server', token, hello));
        assert.ok(!isProven('server', other, hello));
        assert.ok(!isProven('editor', token, hello));
        assert.ok(!isProven('server', token, { ...hello, proof: text }));
        assert.ok(!isProven('server', token, { ...hello, nonce: text }));
        const answer = { ...hello, proof: proofOf('editor', token, hello.nonce) };
        assert.ok(isProven('editor', token, answer));
        assert.ok(!isProven('server', token, answer));
        assert.ok(!JSON.stringify(hello).includes(token) || token.length < 8);
      }),
      { numRuns: 200 },
    );
  });
});
