import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { parseManifests, parseValue, toYaml } from '../../../../src/kubernetes/text/yaml.ts';

const json = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('YAML, of any values', () => {
  it('reads what it wrote, and JSON', () => {
    fc.assert(
      fc.property(json, (value) => {
        assert.deepEqual(parseValue(toYaml(value), 'It'), value);
        assert.deepEqual(parseValue(JSON.stringify(value), 'It'), value);
      }),
    );
  });

  it('reads any sequence of objects, empty documents and lists among them', () => {
    const object = fc.dictionary(fc.string(), json, { maxKeys: 3 }).map((rest) => ({
      ...(JSON.parse(JSON.stringify(rest)) as object),
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x' },
    }));
    const document = fc.oneof(
      object.map((one) => ({ objects: [one], text: toYaml(one) })),
      object.map((one) => ({ objects: [one], text: JSON.stringify(one, null, 2) })),
      fc
        .array(object, { maxLength: 2 })
        .map((items) => ({ objects: items, text: toYaml({ apiVersion: 'v1', kind: 'List', items }) })),
      fc.constantFrom('', '# nothing\n', 'null').map((text) => ({ objects: [], text })),
    );
    fc.assert(
      fc.property(fc.array(document, { maxLength: 4 }), (documents) => {
        const text = documents.map((one) => one.text).join('\n---\n');
        assert.deepEqual(
          parseManifests(text),
          documents.flatMap(({ objects }) => objects),
        );
      }),
    );
  });

  it('takes any text, and refuses with one line what holds no objects', () => {
    const sign = fc.constantFrom(
      ...'&*!|>%@`"\'[]{},:?-#~<=\n\t ab1'.split(''),
      '---\n',
      '!!set ',
      '&a ',
      '*a',
      '<<: ',
      '%YAML 1.1\n',
      '.nan',
      '!!binary ',
      'kind: X\napiVersion: v1\n',
    );
    // Deep nesting is slow to parse, so there are fewer of these.
    const deep = fc.tuple(sign, sign).map((signs) => signs.join('').repeat(2_000).slice(0, 4_000));
    const short = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(sign, { maxLength: 30 }).map((signs) => signs.join('')),
      fc.array(sign, { maxLength: 20 }).map((signs) => `apiVersion: v1\nkind: X\nspec: ${signs.join('')}`),
    );
    const text = fc.oneof({ arbitrary: short, weight: 9 }, { arbitrary: deep, weight: 1 });
    fc.assert(
      fc.property(text, (given) => {
        try {
          const objects = parseManifests(given);
          assert.deepEqual(JSON.parse(JSON.stringify(objects)), objects);
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
          assert.doesNotMatch(error.message, /\n/);
          assert.ok(error.message.length < 2_000, error.message);
        }
      }),
      { numRuns: 300 },
    );
  });
});
