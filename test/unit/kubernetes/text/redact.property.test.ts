import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withoutNoise } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { redact, restoreRedacted } from '../../../../src/kubernetes/text/redact.ts';
import { assertHidden, hidingObjects } from '../../../support/hidden-values.ts';

describe('redact, of any object', () => {
  for (const [name, objects] of Object.entries(hidingObjects)) {
    it(`shows no hidden byte of ${name}`, () => {
      fc.assert(fc.property(objects, (object) => assertHidden(JSON.stringify(redact(object)), object)));
    });

    it(`gives ${name} back when their markers are sent back`, () => {
      fc.assert(
        fc.property(objects, (object) => {
          assert.deepEqual(restoreRedacted(redact(object), object), withoutNoise(object));
        }),
      );
    });
  }

  it('hides nothing where there is nothing to hide', () => {
    const plain = fc.dictionary(fc.constantFrom('spec', 'data', 'status', 'items'), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(plain, (content) => {
        const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, ...content };
        assert.deepEqual(redact(object), object);
      }),
    );
  });
});
