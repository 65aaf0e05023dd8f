import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deepEqual } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { requestTarget } from '../../../../src/kubernetes/apimachinery/request-target.ts';
import {
  differences,
  isWithin,
  keyOf,
  mayBeMadeUp,
  settledPart,
} from '../../../../src/kubernetes/helm/planned-write.ts';

const target = (path: string) => requestTarget(path) ?? assert.fail(path);

describe('a planned write', () => {
  it('is found again by its object, whatever the way to write it', () => {
    const created = keyOf({ target: target('/api/v1/namespaces/a/services'), body: { metadata: { name: 'x' } } });
    assert.equal(keyOf({ target: target('/api/v1/namespaces/a/services/x'), body: undefined }), created);
    for (const other of [
      '/api/v1/namespaces/b/services/x',
      '/api/v1/namespaces/a/services/y',
      '/api/v1/namespaces/a/services/x/status',
      '/apis/serving.knative.dev/v1/namespaces/a/services/x',
    ])
      assert.notEqual(keyOf({ target: target(other), body: undefined }), created);
  });

  it('is the same as another only where nothing differs', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        assert.deepEqual(differences(one, one), []);
        const differs = JSON.stringify(one) !== JSON.stringify(other);
        if (!differs) assert.deepEqual(differences(one, other), []);
      }),
    );
    assert.deepEqual(differences({ a: { b: 1 }, c: [1, 2] }, { a: { b: 2 }, c: [1] }), [['a', 'b'], ['c']]);
    assert.deepEqual(differences({ a: 1 }, {}), [['a']]);
  });

  it('may have something made up only where that is a secret, or follows from one', () => {
    for (const path of [
      ['data', 'token'],
      ['stringData', 'password'],
      ['spec', 'template', 'metadata', 'annotations', 'checksum/secret'],
      ['webhooks', 0, 'clientConfig', 'caBundle'],
      ['spec', 'template', 'spec', 'containers', 0, 'env', 3, 'value'],
    ])
      assert.ok(mayBeMadeUp(path), path.join('.'));
    for (const path of [
      ['spec', 'replicas'],
      ['spec', 'template', 'spec', 'containers', 0, 'image'],
      ['roleRef', 'name'],
      ['metadata', 'name'],
      ['data'],
      // A key is not a path.
      ['spec', 'nodeSelector', 'a.annotations.b'],
      ['data.a', 'b'],
      ['spec', 'x.env.0.value'],
      ['spec', 'env', 'a', 'value'],
    ])
      assert.ok(!mayBeMadeUp(path), path.join('.'));
  });

  it('is decided about as two renderings have it in common, and no more is left out', () => {
    const key = fc.constantFrom('data', 'a', 'a.b', 'b');
    const leaf = fc.constantFrom(0, 1, '<made up>');
    const inner = fc.dictionary(key, fc.oneof(leaf, fc.array(leaf, { maxLength: 2 })), { maxKeys: 3 });
    const body = fc.dictionary(key, fc.oneof(leaf, inner), { maxKeys: 3 });
    fc.assert(
      fc.property(body, body, body, (one, twin, other) => {
        const madeUp = differences(one, twin);
        if (!deepEqual(settledPart(one, madeUp), settledPart(other, madeUp))) return;
        assert.ok(differences(one, other).every((path) => madeUp.some((field) => isWithin(path, field))));
      }),
      { numRuns: 1_000 },
    );
    const written = { metadata: { name: 'a', resourceVersion: '1' }, data: { a: 'x', 'a.b': 'y', c: { d: 'z' } } };
    assert.deepEqual(settledPart(written, [['data', 'a']]), {
      metadata: { name: 'a', resourceVersion: undefined },
      data: { a: '<made up>', 'a.b': 'y', c: { d: 'z' } },
    });
  });
});
