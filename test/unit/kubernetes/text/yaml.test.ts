import assert from 'node:assert/strict';
import { parse } from 'yaml';
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

  it('reads an alias as a key, in whatever stands around it', () => {
    const texts = ['{*a: 1}', '{*a : 1}', '\n  *a: 1', '\n  ? *a\n  : 1'];
    for (const text of texts)
      assert.deepEqual(parseManifests(`${pod('a')}x: &a k\nspec: ${text}\n`)[0]?.spec, { k: 1 }, text);
    const list = '\n- *a: v\n  b: c\n- b: "*a: v"\n  *a: d';
    assert.deepEqual(parseManifests(`${pod('a')}x: &a k\nspec: ${list}\n`)[0]?.spec, [
      { k: 'v', b: 'c' },
      { b: '*a: v', k: 'd' },
    ]);
  });

  it('of JSON may have their colons anywhere', () => {
    const json = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name"\n:"a"},"data":{"k"\n  :\n"v"}}';
    assert.deepEqual(parseManifests(json)[0]?.data, { k: 'v' });
  });

  const mistakes: [string, RegExp][] = [
    [`${pod('a')}a:? b\n    : c`, /line 6: a colon stands apart from its key/],
    [`${pod('a')}spec:\n  ? a\n    : b`, /line 7: a colon stands apart from its key/],
    [`${pod('a')}spec: !!binary "a b="`, /line 5: a !!binary value is not base64/],
    [`${pod('a')}spec: "\\/"`, /line 5: the escape \\\/ is only for JSON: write \//],
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
  const strings: [string, RegExp][] = [
    [
      'metadata: {name: 2024}',
      /line 3: metadata\.name must be a string, and 2024 is a number to Kubernetes: quote it, "2024"/,
    ],
    ['metadata:\n  name: a\n  namespace: 53', /line 5: metadata\.namespace must be a string/],
    ['metadata: {name: a, labels: {b: yes}}', /metadata\.labels\.b must be a string, and yes is a boolean/],
    ['metadata: {name: a, annotations: {b: 0400}}', /annotations\.b must be a string, and 0400 is a number/],
    [
      'metadata: {name: a, labels: [b]}',
      /metadata\.labels must be a mapping, and this is a list: write "key: value" pairs/,
    ],
    ['metadata: {name: a, annotations: text}', /metadata\.annotations must be a mapping, and this is text/],
    ['metadata: {name: a, finalizers: b}', /metadata\.finalizers must be a list, and this is text: write each member/],
    ['data: [a]', /data must be a mapping, and this is a list/],
    ['data: {a: 1234}', /data\.a must be a string, and this is a number to Kubernetes: quote it\.$/],
    ['data: {a: {b: c}}', /data\.a must be a string, and this is a mapping/],
  ];
  for (const [text, expected] of strings)
    it(`asks for strings in ${JSON.stringify(text)}`, () =>
      assert.throws(() => parseManifests(`apiVersion: v1\nkind: ConfigMap\n${text}`), expected));

  it('asks for strings in containers and in templates', () => {
    const deployment = (spec: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [${spec}]}}}`;
    assert.throws(
      () => parseManifests(deployment('{command: [redis, --appendonly, yes]}')),
      /command\[2\] must be a string, and yes/,
    );
    assert.throws(
      () => parseManifests(deployment('{env: [{name: PORT, value: 80}]}')),
      /env\[0\]\.value must be a string, and this is a number to Kubernetes: quote it\.$/,
    );
  });

  it('names a template', () => {
    const text = (name: string) => `${pod('a')}---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;
    for (const name of ['{{ .Values.name }}', '"{{ .Values.name }}-web"'])
      assert.throws(
        () => parseManifests(text(name)),
        /^ManifestError: Document 2 of the manifest is a (Helm )?template, not a manifest: line 9 has "\{\{ .Values.name \}\}.*Render it first/,
      );
  });

  it('refuses what kubectl drops without a word', () => {
    const refused: [string, RegExp][] = [
      ['a: !Ref foo', /the tag !Ref means nothing to Kubernetes/],
      ['a: 1\na: 2', /at line 5: the key "a" is given twice/],
      ['a: !!binary gIA=', /!!binary value is not text/],
      ['a: .nan', /\.nan is a number that JSON has not/],
      ['a: b # \u2028hostNetwork: true', /holds the character U\+2028/],
      ['{a: 1}: b', /a key is a mapping or a list/],
      ['a: 1\n...\nb: 2', /something follows the end of the document/],
    ];
    for (const [text, expected] of refused)
      assert.throws(() => parseManifests(`apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n${text}\n`), expected);
    assert.throws(() => parseManifests('--- kind: Pod\n'), /Line 1 begins with "---"/);
  });

  it('takes a character in two escapes from JSON alone, as kubectl does', () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', a: '\u{1F680}' };
    const json = JSON.stringify(object).replace('\u{1F680}', '\\ud83d\\ude80');
    assert.deepEqual(parseManifests(json), [object]);
    for (const text of ['a: "\\ud83d\\ude80"', '"\\uD83D\\uDE80": a', 'a: "\\\\ \\ud83d"'])
      assert.throws(() => parseManifests(`apiVersion: v1\nkind: ConfigMap\n${text}\n`), /line 3.*half of a character/);
    const [escaped] = parseManifests('apiVersion: v1\nkind: ConfigMap\na: "\\\\ud83d \\U0001F680"\n');
    assert.equal(escaped?.a, '\\ud83d \u{1F680}');
  });

  it('gives the members of a list of one kind what they do not say', () => {
    const [member] = parseManifests('apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: a}}]');
    assert.deepEqual(member, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } });
  });

  it('reads JSON objects that follow each other', () => {
    const one = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"}{"}}';
    assert.equal(parseManifests(`${one}\n${one}${one}`).length, 3);
  });

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

  it('keeps a last line of white space', () => {
    for (const text of ['a\n \n', 'a\n  \n\n', 'a\n\t\n', 'a\n ', '\n a\n \n'])
      assert.deepEqual(parse(toYaml({ a: [text] })), { a: [text] });
  });

  it('keeps what looks like another type a string', () => {
    assert.deepEqual(toYaml({ a: 'true', b: '1', c: '' }), 'a: "true"\nb: "1"\nc: ""\n');
  });
});
