import assert from 'node:assert/strict';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { withoutEchoes } from '../../../../../src/kubernetes/text/redaction/echoes.ts';

describe('echoes of redacted values', () => {
  it('are redacted inside of texts in which nothing else tells them', () => {
    const password = ';T 6i;6z;i,8 giO9,';
    const shown = JSON.stringify(
      redact({
        apiVersion: 'example.com/v1',
        kind: 'Vault',
        metadata: { name: 'a' },
        spec: { database: { password }, url: `https://shop:${password}@example.com/`, note: [`it was ${password}.`] },
      }),
    );
    assert.ok(!shown.includes('6z;i,8'), shown);
    assert.match(shown, /https:\/\/shop:<redacted #[0-9a-f]{4}>@example\.com/);
  });

  it('are left where they are the whole of a text, short, or words that name things', () => {
    const object = { name: 'db-password', label: 'x9!y', text: 'the shop-backend and x9!y', whole: 'Xy12!abc' };
    assert.deepEqual(withoutEchoes(object, new Set(['shop-backend', 'x9!y', 'Xy12!abc'])), object);
  });
});
