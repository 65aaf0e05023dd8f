import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isObject, type JsonObject, type KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { keptNotes, refuseEmptied, removesByNull, withoutNulls } from '../../../../src/kubernetes/writes/nulls.ts';

const deployment = (spec: JsonObject, metadata: JsonObject = {}) =>
  ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'w', ...metadata }, spec }) as KubernetesObject;
const custom = (spec: JsonObject, metadata: JsonObject = {}) =>
  ({ ...deployment(spec, metadata), apiVersion: 'example.com/v1', kind: 'Widget' }) as KubernetesObject;
const pod = (...containers: JsonObject[]) => deployment({ template: { spec: { containers } } });

describe('nulls of a manifest', () => {
  it('are left out where the live object has nothing to remove', () => {
    const live = deployment(
      { replicas: 2, template: { metadata: { creationTimestamp: null } } },
      { labels: { a: 'b' } },
    );
    const given = deployment(
      { replicas: null, paused: null, template: { metadata: { creationTimestamp: null, labels: { x: null } } } },
      { labels: { a: null, c: null }, annotations: null },
    );
    assert.deepEqual(
      withoutNulls(given, live),
      deployment({ replicas: null, template: { metadata: { labels: {} } } }, { labels: { a: null } }),
    );
    assert.equal(removesByNull(given, live), true);
    assert.deepEqual(withoutNulls(given), deployment({ template: { metadata: { labels: {} } } }, { labels: {} }));
  });

  it('belong to the members of a list by what names them, in any order', () => {
    const live = pod(
      { name: 'a' },
      { name: 'b', args: ['x'], livenessProbe: {}, resources: { limits: { memory: '1Gi' } } },
    );
    for (const [given, removes] of [
      [pod({ name: 'b', livenessProbe: null }), true],
      [pod({ name: 'b', resources: { limits: { memory: null } } }), true],
      [pod({ name: 'a', livenessProbe: null }), false],
      [pod({ name: 'c', resources: null }), false],
      [pod({ name: 'b', args: [null] }), false],
    ] as const)
      assert.equal(removesByNull(given, live), removes, JSON.stringify(given));
    assert.deepEqual(
      withoutNulls(pod({ name: 'b', args: [null, 'x'], env: null }), live),
      pod({ name: 'b', args: [null, 'x'] }),
    );
  });

  it('are values in custom kinds, but for the metadata', () => {
    const given = custom({ values: { probe: null, list: [null] } }, { labels: { a: null } });
    assert.deepEqual(withoutNulls(given), custom({ values: { probe: null, list: [null] } }, { labels: {} }));
    assert.equal(removesByNull(given, custom({ values: {} })), false);
    assert.equal(removesByNull(given, custom({ values: { probe: 1 } })), true);
    assert.equal(removesByNull(given, custom({}, { labels: { a: 'b' } })), true);
    assert.equal(
      removesByNull(custom({ list: [{ name: 'x', y: null }] }), custom({ list: [{ name: 'x', y: 1 }] })),
      false,
    );
  });

  const refusal = (given: KubernetesObject, before: KubernetesObject | undefined, after: KubernetesObject) => {
    try {
      refuseEmptied(given, before, after);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('are refused where the API server makes empty values of them', () => {
    const limits = (memory: unknown) => pod({ name: 'a', resources: { limits: { memory } } });
    assert.equal(
      refusal(limits(null), limits('1Gi'), limits('0')),
      'Not written: spec.template.spec.containers[name="a"].resources.limits.memory is null, and Kubernetes would make it empty ("" or 0). Write "" if that is meant, or leave it out; a merge patch with null removes what is in a mapping.',
    );
    assert.match(
      refusal(pod({ name: 'a', args: [null] }), undefined, pod({ name: 'a', args: [''] })),
      /args\[0\] is null/,
    );
    const labels = (labels: unknown) => deployment({}, { labels });
    assert.match(
      refusal(labels({ a: null, b: null }), labels({ a: 'x' }), labels({ a: '', b: '' })),
      /: metadata\.labels\.a, metadata\.labels\.b are null, .* make them empty/,
    );
    assert.equal(refusal(labels({ a: null }), labels({ a: 'x' }), labels({})), '');
    assert.equal(refusal(labels({ a: null }), labels({ a: '' }), labels({ a: '' })), '', 'it was so before');
    assert.equal(refusal(deployment({ replicas: null }), deployment({ replicas: 2 }), deployment({ replicas: 1 })), '');
  });

  it('of whole manifests are told where they remove nothing', () => {
    const live = deployment({ replicas: 3, strategy: { type: 'Recreate' } });
    const given = deployment({ replicas: null, strategy: null });
    assert.deepEqual(keptNotes(given, live, { ...live, spec: { ...(live.spec as JsonObject), replicas: 1 } }), [
      'spec.strategy is null in the manifest and stays as before: an apply removes only what an earlier manifest set. A merge patch with null removes it.',
    ]);
    assert.match(keptNotes(given, live, live).join(), /^spec\.replicas, spec\.strategy are null .* removes them\.$/);
    assert.deepEqual(keptNotes(given, live, deployment({})), []);
  });

  it('leave nothing behind, and take away nothing else', () => {
    const leaf = fc.oneof(fc.constant(null), fc.string(), fc.integer());
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.dictionary(fc.constantFrom('a', 'b', 'name', '__proto__'), tie('tree')),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    const without = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(without)
        : isObject(value)
          ? Object.fromEntries(
              Object.entries(value).flatMap(([key, one]) => (one === null ? [] : [[key, without(one)]])),
            )
          : value;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), tree), fc.dictionary(fc.string(), tree), (spec, was) => {
        const [given, live] = [deployment(spec), deployment(was)];
        assert.deepEqual(withoutNulls(given), without(given));
        assert.deepEqual(withoutNulls(withoutNulls(given, live)), without(given));
        assert.equal(removesByNull(withoutNulls(given), live), false);
      }),
    );
  });
});
