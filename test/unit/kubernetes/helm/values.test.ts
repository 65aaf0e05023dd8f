import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { JsonObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { mergedValues, restoredValues, shownValues } from '../../../../src/kubernetes/helm/values.ts';

const key = fc.constantFrom('image', 'password', 'apiToken', 'auth', 'env', 'replicas', 'greeting');
const { values } = fc.letrec((tie) => ({
  leaf: fc.oneof(fc.constantFrom('s3cr3t-4711-value', 'nginx:1.27', '', 'on'), fc.integer(), fc.boolean()),
  list: fc.array(tie('any'), { maxLength: 3 }),
  values: fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }),
  any: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('list'), tie('values')),
}));

describe('values of a release', () => {
  it('are, unchanged by the user, those that they were before they were redacted', () => {
    fc.assert(
      fc.property(values as fc.Arbitrary<JsonObject>, (own) => {
        assert.deepEqual(restoredValues(parse(shownValues(own)), own), own);
      }),
      { numRuns: 30 },
    );
  });

  it('are what the user writes, removals included, with what stays redacted as it was', () => {
    const own = { auth: { password: 's3cr3t-4711-value' }, replicas: 2, greeting: 'hello' };
    const shown = parse(shownValues(own));
    assert.ok(!JSON.stringify(shown).includes('s3cr3t'));
    const { greeting: _, ...rest } = shown;
    assert.deepEqual(restoredValues({ ...rest, replicas: 3 }, own), {
      auth: { password: 's3cr3t-4711-value' },
      replicas: 3,
    });
    assert.deepEqual(restoredValues({ auth: { password: 'another' } }, own), { auth: { password: 'another' } });
    assert.throws(() => restoredValues({ other: shown.auth.password }, own), /redacted/);
  });

  it('override those of the chart, as Helm merges them', () => {
    const merged = mergedValues({ a: { b: 1, c: 2 }, d: [1] }, { a: { b: null }, d: [2], e: 1 });
    assert.deepEqual(merged, { a: { c: 2 }, d: [2], e: 1 });
    const odd = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as JsonObject;
    assert.deepEqual(mergedValues({}, odd), odd);
  });
});
