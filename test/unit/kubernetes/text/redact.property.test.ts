import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withoutNoise } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { redact, restoreRedacted } from '../../../../src/kubernetes/text/redact.ts';
import { assertRedacted, hidingObjects } from '../../../support/redacted-values.ts';

describe('redact, of any object', () => {
  for (const [name, objects] of Object.entries(hidingObjects)) {
    it(`shows no redacted byte of ${name}`, () => {
      fc.assert(fc.property(objects, (object) => assertRedacted(JSON.stringify(redact(object)), object)));
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
    // Letters that cannot spell a credential's name.
    const key = fc.stringMatching(/^[b-df-hjlmqrvxz]{1,8}$/);
    const text = fc.string().map((any) => any.replace(/[a-z]/gi, 'x'));
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('node')),
        fc.dictionary(key, tie('node'), { noNullPrototype: true }),
      ),
    })).node;
    const plain = fc.dictionary(fc.constantFrom('spec', 'data', 'status', 'items'), value);
    fc.assert(
      fc.property(plain, (content) => {
        const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, ...content };
        assert.deepEqual(redact(object), object);
      }),
    );
  });
});
