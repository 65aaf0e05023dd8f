import assert from 'node:assert/strict';
import { skeletonOf } from '../../../../src/kubernetes/apimachinery/schema-skeleton.ts';

describe('the skeleton of a kind', () => {
  it('has its required fields with empty values, and always a spec', () => {
    const definitions = {
      Spec: {
        type: 'object',
        required: ['size', 'mode', 'hosts', 'inner', 'isOn'],
        properties: {
          size: { type: 'integer' },
          mode: { type: 'string', enum: ['Fast', 'Slow'] },
          hosts: { type: 'array', items: { type: 'string' } },
          inner: { $ref: '#/components/schemas/Inner' },
          isOn: { type: 'boolean', default: true },
          extra: { type: 'string' },
        },
      },
      Inner: { type: 'object', required: ['self'], properties: { self: { $ref: '#/components/schemas/Inner' } } },
    };
    const root = {
      properties: { metadata: {}, spec: { $ref: '#/components/schemas/Spec' }, status: {} },
      required: ['metadata', 'status'],
    };
    const { spec } = skeletonOf(root, definitions) as { spec: Record<string, unknown> };
    const { inner, ...rest } = spec;
    assert.deepEqual(rest, { size: 0, mode: 'Fast', hosts: [], isOn: true });
    // A kind that needs itself ends somewhere.
    assert.ok(JSON.stringify(inner).length < 200);
    assert.deepEqual(skeletonOf({ properties: { data: {} } }, {}), {});
  });
});
