import assert from 'node:assert/strict';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { comparable, objectDiff } from '../../../../src/kubernetes/text/diff.ts';
import { redact } from '../../../../src/kubernetes/text/redact.ts';
import { toYaml } from '../../../../src/kubernetes/text/yaml.ts';
import { processorTime } from '../../../support/load.ts';
import { assertRedacted, hidingObjects } from '../../../support/redacted-values.ts';

const lines = fc.array(fc.constantFrom('one', 'two', '', ' three', '- four', '+++ five', '@@', '\\'), { maxLength: 8 });
const leaf = fc.oneof(
  lines.map((all) => all.join('\n')),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const key = fc.constantFrom('a', 'b', 'c', 'replicas', 'true', '1');
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
  ),
}));
const object: fc.Arbitrary<KubernetesObject> = fc
  .record({ spec: tree, resourceVersion: fc.nat().map(String), labels: fc.dictionary(key, fc.string()) })
  .map(({ spec, ...metadata }) =>
    JSON.parse(JSON.stringify({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x', ...metadata }, spec })),
  );
const secret: fc.Arbitrary<KubernetesObject> = fc
  .dictionary(key, fc.oneof(fc.constantFrom('YQ==', 'Yg==', 'YWI='), fc.constant({ odd: 'x' })), { maxKeys: 2 })
  .map((data) => JSON.parse(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, data })));

const shown = (one: KubernetesObject, before?: KubernetesObject) => toYaml(comparable(redact(one, before)));

describe('objectDiff, of any objects', () => {
  it('is empty for objects that are equal as shown, and for no others', () => {
    fc.assert(
      fc.property(object, object, fc.nat(), (before, after, version) => {
        assert.equal(objectDiff(before, after) === '', shown(before) === shown(after));
        const metadata = { ...before.metadata, resourceVersion: `${version}`, generation: version, managedFields: [] };
        assert.equal(objectDiff(before, { ...before, metadata }), '');
      }),
    );
  });

  it('tells of every change of a Secret, also of one that keeps the length', () => {
    fc.assert(
      fc.property(secret, secret, (before, after) => {
        const same = JSON.stringify(sorted(before.data)) === JSON.stringify(sorted(after.data));
        assert.equal(objectDiff(after, after), '');
        if (!same) assert.notEqual(objectDiff(before, after), '');
      }),
    );
  });

  it('leads from the one to the other', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        assert.equal(applyPatch(shown(before), objectDiff(before, after)) || shown(before), shown(after, before));
      }),
    );
  });

  it('does so in time for objects with thousands of changed lines', async () => {
    const map = (word: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x' },
      data: { file: Array.from({ length: 20_000 }, (_, line) => `${word} ${line}`).join('\n'), same: 'x' },
    });
    let diff = '';
    const took = await processorTime(() => {
      diff = objectDiff(map('before'), map('after'));
    });
    assert.ok(took < 1_500, `${took} ms`);
    assert.equal(applyPatch(shown(map('before')), diff), shown(map('after')));
  });

  for (const [name, objects] of Object.entries(hidingObjects)) {
    it(`shows no redacted byte of ${name}`, () => {
      fc.assert(
        fc.property(objects, objects, (before, after) =>
          assertRedacted(objectDiff(before, after) + objectDiff(after, after), before, after),
        ),
      );
    });
  }
});

function sorted(data: unknown): unknown {
  return Object.entries(data as object).sort(([a], [b]) => (a < b ? -1 : 1));
}
