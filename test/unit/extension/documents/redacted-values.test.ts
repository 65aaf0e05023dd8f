import assert from 'node:assert/strict';
import { plainValue, redactedValuesIn } from '../../../../src/extension/documents/redacted-values.ts';
import { pathText } from '../../../../src/kubernetes/apimachinery/field-path.ts';

describe('redacted values', () => {
  const text = 'kind: Secret\ndata:\n  a: "<redacted #12ab>"\n  b: eA==\n';

  it('are found by their markers', () => {
    const [value, ...others] = redactedValuesIn(text);
    assert.equal(others.length, 0);
    assert.equal(pathText(value?.path ?? []), 'data.a');
    assert.equal(text.slice(value?.span.start, value?.span.end), '"<redacted #12ab>"');
  });

  it('are numbers of any size', () => {
    for (const pin of [7391, 12345678901234567n])
      assert.equal(plainValue({ kind: 'Login', spec: { pin } }, ['spec', 'pin']), String(pin));
  });

  it('of a list keep to the name when the list is edited', () => {
    const [value] = redactedValuesIn('kind: Pod\nspec:\n  env:\n  - name: TOKEN\n    value: "<redacted #12ab>"\n');
    const live = {
      kind: 'Pod',
      spec: {
        env: [
          { name: 'OTHER', value: 'no' },
          { name: 'TOKEN', value: 'yes' },
        ],
      },
    };
    assert.equal(plainValue(live, value?.path ?? []), 'yes');
  });

  it('of members that share a name keep to their places', () => {
    const env = ['one', 'two'].map((value) => ({ name: 'TOKEN', value }));
    const values = redactedValuesIn(
      `kind: Pod\nspec:\n  env:\n${'  - name: TOKEN\n    value: "<redacted #12ab>"\n'.repeat(2)}`,
    );
    assert.deepEqual(
      values.map(({ path }) => plainValue({ kind: 'Pod', spec: { env } }, path)),
      ['one', 'two'],
    );
  });

  it('of a Secret are decoded, unless they are no text', () => {
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
    const secret = { kind: 'Secret', data: { a: base64(Buffer.from('Grüß')), b: base64(Buffer.from([0xff, 0xfe])) } };
    assert.equal(plainValue(secret, ['data', 'a']), 'Grüß');
    assert.equal(plainValue(secret, ['data', 'b']), '//4=');
    assert.equal(plainValue(secret, ['data', 'c']), undefined);
  });
});
