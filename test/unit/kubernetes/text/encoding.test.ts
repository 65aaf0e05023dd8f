import assert from 'node:assert/strict';
import { decodeText } from '../../../../src/kubernetes/text/encoding.ts';

describe('the encoding of a file', () => {
  const text = 'a: é🚀\n';
  it('is that of its byte-order mark', () => {
    const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
    for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`), little, Buffer.from(little).swap16()])
      assert.equal(decodeText(bytes), text);
  });
  it('is not guessed', () => assert.throws(() => decodeText(Uint8Array.of(0xc3, 0x28)), TypeError));
});
