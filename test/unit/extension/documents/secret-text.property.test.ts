import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainValue, redactedValuesIn } from '../../../../src/extension/documents/redacted-values.ts';
import {
  pathInObject,
  pathInText,
  secretAsData,
  secretAsText,
} from '../../../../src/extension/documents/secret-text.ts';
import { redact, restoreRedacted } from '../../../../src/kubernetes/text/redact.ts';
import { toYaml } from '../../../../src/kubernetes/text/yaml.ts';

const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64');
const value = fc.oneof(fc.string().map(base64), fc.uint8Array().map(base64), fc.constant('not base64'));
const key = fc.constantFrom('password', 'token', 'a.b', 'ca.crt');
const secret = (data: Record<string, unknown>) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data });

describe('a Secret as text', () => {
  it('is the same Secret when nothing is edited', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1, noNullPrototype: true }), (data) => {
        const live = secret(data);
        const edited = secretAsData(secretAsText(redact(live), live));
        assert.deepEqual(restoreRedacted(edited, live), live);
      }),
    );
  });

  it('has a value to reveal for everything that is redacted in it', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1, noNullPrototype: true }), (data) => {
        const live = secret(data);
        for (const { path, key: name } of redactedValuesIn(toYaml(secretAsText(redact(live), live))))
          assert.equal(plainValue(live, pathInObject(live, path)), plainValue(live, ['data', name]));
      }),
    );
  });

  it('takes what a person types as it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('<redacted')),
        (typed) => {
          const given = { ...secret({}), stringData: { password: typed } };
          assert.deepEqual(secretAsData(given), secret({ password: base64(typed) }));
          assert.deepEqual(pathInText(given, ['data', 'password']), ['stringData', 'password']);
        },
      ),
    );
  });

  it('is nothing but Secrets', () => {
    const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, stringData: { a: 'b' } };
    assert.equal(secretAsData(other), other);
  });
});
