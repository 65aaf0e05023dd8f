import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CollectedBytes } from '../../../../src/server/core/collected-bytes.ts';

describe('collected bytes', () => {
  it('are those of the pieces, which may change afterwards', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 5_000 }), { maxLength: 20 }), (pieces) => {
        const whole = Buffer.concat(pieces);
        const collected = new CollectedBytes();
        for (const piece of pieces) {
          const reused = Uint8Array.from(piece);
          collected.push(reused);
          reused.fill(0);
        }
        assert.equal(collected.size, whole.length);
        assert.deepEqual(collected.bytes, whole);
      }),
    );
  });
});
