import assert from 'node:assert/strict';
import { utf8Text } from '../../../../src/kubernetes/apimachinery/utf8.ts';

describe('bytes that may be UTF-8', () => {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const expected = (bytes: Uint8Array) => {
    try {
      return strict.decode(bytes);
    } catch {
      return undefined;
    }
  };

  it('are text where a strict decoder takes them', () => {
    const leads = [0x00, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff];
    const seconds = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbb, 0xbf, 0xc2, 0xff];
    for (const lead of leads)
      for (const second of seconds)
        for (const rest of [[], [0x80], [0xbf], [0x80, 0x80], [0xbf, 0x41], [0x80, 0x80, 0x80]]) {
          const bytes = Uint8Array.of(lead, second, ...rest);
          assert.equal(utf8Text(bytes), expected(bytes), Buffer.from(bytes).toString('hex'));
        }
  });
});
