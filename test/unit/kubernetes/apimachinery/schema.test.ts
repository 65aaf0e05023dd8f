import assert from 'node:assert/strict';
import { UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import {
  type Definitions,
  fieldAt,
  fieldsOf,
  type Schema,
  typeText,
} from '../../../../src/kubernetes/apimachinery/schema.ts';

const reference = (name: string, own: Schema = {}): Schema => ({
  ...own,
  allOf: [{ $ref: `#/components/schemas/example.v1.${name}` }],
});
const definitions: Definitions = {
  'example.v1.Spec': {
    type: 'object',
    required: ['size'],
    properties: {
      size: { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' },
      parts: { type: 'array', items: reference('Part') },
      byName: { type: 'object', additionalProperties: reference('Part') },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      time: { type: 'string', format: 'date-time' },
    },
  },
  'example.v1.Part': {
    type: 'object',
    description: 'A part.',
    properties: { weight: { type: 'integer', format: 'int32' }, inner: reference('Part', { description: 'Inside.' }) },
  },
};
const root: Schema = { type: 'object', properties: { spec: reference('Spec', { description: 'What is wanted.' }) } };
const at = (path: string) => fieldAt(root, path, definitions);

describe('schemas', () => {
  it('name types in the words of Kubernetes', () => {
    const types = Object.fromEntries(
      fieldsOf(at('spec').schema, definitions).map(({ name, schema }) => [name, typeText(schema, definitions)]),
    );
    assert.deepEqual(types, {
      size: 'IntOrString',
      parts: '[]Part',
      byName: 'map[string]Part',
      labels: 'map[string]string',
      anything: 'object (any fields)',
      time: 'string (date-time)',
    });
    assert.equal(typeText(at('spec').schema, definitions), 'Spec');
    assert.equal(typeText(at('spec.parts.weight').schema, definitions), 'integer');
  });

  it('are stepped into through references, lists and maps', () => {
    assert.equal(at('spec.size').required, true);
    assert.equal(at('spec.parts[*].inner.inner.weight').name, 'weight');
    assert.equal(at('spec.parts.0.weight').name, 'weight');
    assert.equal(at('spec.byName.left.weight').name, 'weight');
    assert.equal(at('spec.byName.weight').name, 'weight');
    assert.equal(at('spec.labels.app').name, 'labels');
    assert.equal(at('').schema, root);
    // Fields next to a `$ref` describe this use of the type.
    assert.equal(at('spec.parts.inner').schema.description, 'Inside.');
  });

  it('say what exists instead of an unknown field, also where types contain themselves', () => {
    assert.throws(() => at('spec.szie'), /no field "szie" at \.spec\. Nearest there: size\./);
    assert.throws(() => at('weight'), /A field of this name is at \.spec\.parts\.weight/);
    assert.throws(() => at('spec.qqqqqq'), /It has: size, parts, byName, labels, anything, time\./);
    assert.throws(() => at('spec.anything.x'), /\.spec\.anything takes any fields/);
    assert.throws(() => at('spec.time.x'), /\.spec\.time is a string \(date-time\) and has no field "x"/);
  });

  it('end where they contain nothing but themselves', () => {
    const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
    const cycles: Definitions = {
      same: reference('same'),
      one: reference('two'),
      two: { ...reference('one'), description: 'Round.' },
      list: { type: 'array', items: reference('list') },
      map: { type: 'object', additionalProperties: reference('map') },
    };
    for (const name of Object.keys(cycles)) {
      assert.deepEqual(fieldsOf(reference(name), cycles), [], name);
      assert.match(typeText(reference(name), cycles), /any/, name);
      // A map accepts any key.
      if (name === 'map') assert.equal(fieldAt(reference(name), 'a.b', cycles).name, '');
      else assert.throws(() => fieldAt(reference(name), 'a.b', cycles), UserError, name);
    }
    const wide = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}`, reference('wide')]));
    assert.throws(
      () => fieldAt(reference('wide'), 'absent', { wide: { type: 'object', properties: wide } }),
      UserError,
    );
  });

  it('survive references that lead nowhere', () => {
    assert.equal(typeText({ $ref: '#/components/schemas/gone.v1.Thing' }, definitions), 'any');
    assert.deepEqual(fieldsOf({ $ref: '#/components/schemas/gone.v1.Thing' }, definitions), []);
  });
});
