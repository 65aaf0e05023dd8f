import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changedPaths, type FieldPath, valueAt } from '../../../../src/kubernetes/apimachinery/field-path.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { comparable } from '../../../../src/kubernetes/text/diff.ts';
import { CONTINUED, visibleText } from '../../../../src/kubernetes/text/visible.ts';
import { toYaml } from '../../../../src/kubernetes/text/yaml.ts';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { toReview } from '../../../../src/kubernetes/writes/to-review.ts';

/** Objects are large here, so fewer runs. */
const RUNS = { numRuns: 40 };
const key = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'abc-_./'), minLength: 1, maxLength: 6 }),
  fc.constantFrom('env', 'password', 'ownerReferences', 'finalizers', 'annotations', 'name', 'value', 'token'),
);
const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom('\u202esafe', 'DB_PASSWORD', 'postgres://u:pw@db/x', ' x', 'x\n y', 'x'.repeat(1_100)),
);
const { tree } = fc.letrec<{ tree: JsonObject }>((tie) => ({
  tree: fc.dictionary(
    key,
    fc.oneof({ depthSize: 'small' }, leaf, fc.array(fc.oneof(leaf, tie('tree')), { maxLength: 3 }), tie('tree')),
    { maxKeys: 4 },
  ),
}));
const kind = fc.constantFrom('ConfigMap', 'Pod', 'Widget');
const object = fc.record({ kind, data: tree, spec: tree, labels: tree, helm: fc.boolean() }).map(
  ({ kind: of, data, spec, labels, helm }): KubernetesObject => ({
    apiVersion: 'v1',
    kind: of,
    metadata: { name: 'x', labels: { ...labels, ...(helm ? { owner: 'helm' } : {}) } as Record<string, string> },
    data,
    spec,
  }),
);

const change = (before: KubernetesObject | undefined, after: KubernetesObject): Change => ({
  access: before ? 'update' : 'create',
  context: 'c',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'n',
  name: 'x',
  before,
  after,
  submitted: after,
});

function leavesIn(value: unknown, path: FieldPath = []): { path: FieldPath; value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesIn(item, [...path, index]));
  if (isObject(value)) return Object.entries(value).flatMap(([name, item]) => leavesIn(item, [...path, name]));
  return value === undefined ? [] : [{ path, value }];
}

const unfolded = (text: string) => text.replaceAll(`${CONTINUED}\n`, '');

describe('the review of any change', () => {
  it('is the whole result, where the agent gave all of it', () =>
    fc.assert(
      fc.property(object, (after) => {
        const [shown] = toReview([change(undefined, after)]).changes;
        const yaml = toYaml(comparable(after));
        assert.ok([yaml, visibleText(yaml)].includes(unfolded(shown?.after ?? '')));
        assert.doesNotMatch(shown?.after.replace(/[\n\t]/g, '') ?? '', /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      RUNS,
    ));

  it('shows every field that changed, with the value that was given', () =>
    fc.assert(
      fc.property(object, object, (before, after) => {
        const [shown] = toReview([change(before, after)]).changes;
        const paths = changedPaths(comparable(before), comparable(after));
        if (paths.length === 0) return;
        assert.notEqual(shown?.before, shown?.after);
        const text = unfolded(shown?.after ?? '');
        // Strings that YAML folds or escapes are compared as a whole above.
        for (const path of paths)
          for (const { value } of leavesIn(valueAt(after, path)))
            if (typeof value === 'string' && /^[A-Za-z]\w*$/.test(value)) assert.ok(text.includes(value), value);
      }),
      RUNS,
    ));

  it('never shows what was there and the agent did not give', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 }),
        tree,
        (needle, given) => {
          const env = [{ name: 'DB_PASSWORD', value: needle }];
          const before = {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'x' },
            spec: { containers: [{ name: 'c', env }] },
          };
          const after = { ...before, metadata: { name: 'x', annotations: { given: JSON.stringify(given) } } };
          const review = toReview([{ ...change(before, after), submitted: given }]);
          if (!JSON.stringify(given).includes(needle)) assert.ok(!JSON.stringify(review).includes(needle));
        },
      ),
    ));
});
