import assert from 'node:assert/strict';
import { parseManifests, toYaml } from '../../../../src/kubernetes/text/yaml.ts';

const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;

describe('parseManifests', () => {
  it('reads several documents, lists and JSON, and passes over empty documents', () => {
    const list = '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"c"}}]}';
    const names = parseManifests(`---\n${pod('a')}---\n# nothing\n---\n${pod('b')}---\n${list}`).map(
      ({ metadata }) => metadata?.name,
    );
    assert.deepEqual(names, ['a', 'b', 'c']);
    assert.deepEqual(parseManifests(''), []);
  });

  const mistakes: [string, RegExp][] = [
    ['a: [1', /The manifest is not valid YAML or JSON at line 1/],
    [`${pod('a')}---\nkind: [`, /Document 2 of the manifest is not valid YAML or JSON at line \d/],
    ['just words', /not an object/],
    ['- 1', /not an object/],
    ['kind: Pod', /no apiVersion/],
    ['apiVersion: v1', /no kind/],
    ['apiVersion: v1\nkind: Pod\nmetadata: web', /metadata that is not a mapping/],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]`,
      /cannot be read/,
    ],
  ];
  for (const [text, expected] of mistakes)
    it(`refuses ${JSON.stringify(text.slice(0, 30))}`, () => assert.throws(() => parseManifests(text), expected));
});

describe('toYaml', () => {
  it('neither folds long lines nor makes anchors', () => {
    const shared = { text: 'word '.repeat(60).trim() };
    const text = toYaml({ a: shared, b: shared });
    assert.equal(text.split('\n').length, 5);
    assert.ok(!text.includes('&'));
  });

  it('keeps what looks like another type a string', () => {
    assert.deepEqual(toYaml({ a: 'true', b: '1', c: '' }), 'a: "true"\nb: "1"\nc: ""\n');
  });
});
