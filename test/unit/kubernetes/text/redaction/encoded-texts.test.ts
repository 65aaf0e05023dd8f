import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

/** As long as a log is read; more than an expression of JavaScript matches at once. */
const LENGTH = 8 * 1024 * 1024;

describe('encoded texts', () => {
  for (const sign of ['a', '0', '-', '/', 'a_b', 'A1b2', '0x'])
    it(`are told from a line of ${LENGTH} signs, such as ${sign}`, () => {
      const line = sign.repeat(LENGTH / sign.length);
      assert.ok(redactText(line) === line);
    });

  it('are hidden in a line of any length', () => {
    const key = randomBytes((LENGTH / 4) * 3).toString('base64');
    assert.match(redactText(`begin\n  ${key}\t\nend`), /^begin\n {2}<redacted[^>]*>\t\nend$/);
    const told = Buffer.from(`${'x'.repeat(LENGTH / 4)} password=hunter2`).toString('base64');
    assert.match(redactText(`data ${told}, and more`), /^data <redacted[^>]*>, and more$/);
  });
});
