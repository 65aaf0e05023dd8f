import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { UserError } from '../../src/kubernetes/apimachinery/errors.ts';
import { jsonText, parseJson } from '../../src/kubernetes/apimachinery/json.ts';
import type { KubernetesObject } from '../../src/kubernetes/apimachinery/objects.ts';
import { decodeText } from '../../src/kubernetes/text/encoding.ts';
import { parseManifests, toYaml } from '../../src/kubernetes/text/yaml.ts';
import { testCluster } from './environment.ts';
import { type KubectlReading, kubectlReadings, withoutAdditions } from './kubectl-reading.ts';

const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';
const SEED = 20_261_125;

/** What kubectl reads and we refuse, by our error, and why that is safer. Nothing is read differently from kubectl. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [
    /the tag \S+ means nothing to Kubernetes|Could not resolve tag|Tags and anchors must be separated/,
    'kubectl drops such a tag, and with it what it was to do',
  ],
  [/is given twice/, 'kubectl keeps the last one without a word'],
  [/holds the character U\+/, 'kubectl ends a line there, which no editor shows'],
  [/a tab indents a line/, 'a tab in a text of several lines, which other readers refuse'],
  [/Comments must be separated/, 'a # that stands close may be meant'],
  [/must be a (string|list|mapping)/, 'kubectl sends it, and the API server refuses it without a line'],
  [/is not an object|has no apiVersion|has no kind|metadata that is not a mapping/, 'kubectl guesses, or fails later'],
  [
    /A block sequence may not be used as an implicit|Block collections are not allowed within flow|Missing newline after block sequence|sequence on the same line/,
    'an old way of writing lists that other readers refuse',
  ],
  [
    /Implicit keys need to be on a single line|Missing closing|sufficiently indented|Unexpected \S+ token|more-indented leading empty lines|All collection items must start at the same column/,
    'lines that are not indented as they are meant',
  ],
  [/something follows the end of the document/, 'kubectl drops it without a word'],
  [/!!binary value is not text/, 'kubectl breaks it'],
  [/between brackets this text has to be quoted/, 'kubectl takes the mark for the start of a key'],
  [/Unexpected scalar at node end/, 'YAML behind JSON without a separator, of which kubectl drops one or the other'],
  [/is a .*template/, 'named as what it is, where kubectl reads something'],
];

/** What kubectl refuses or drops and we read, by text: it has only one possible meaning. */
const LENIENCES: readonly (readonly [RegExp, string])[] = [
  [/^\.\.\.$/m, 'an end of nothing is nothing'],
  [
    /\}\n\{/,
    'kubectl drops JSON objects that follow each other behind a separator, and refuses a separator behind them',
  ],
  [/(?<!^)\uFEFF/s, 'a byte-order mark, left from files that were joined, becomes a part of a word'],
];

describe('manifests, beside kubectl', () => {
  let kubectl: string;
  before(async () => {
    kubectl = (await testCluster()).kubectl;
  });

  it('are read alike, in the shapes of real software', async function () {
    this.timeout(180_000);
    const folder = join(import.meta.dirname, 'manifests');
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
    const documents = files.flatMap((text) => text.split(/^---.*\n/m)).filter((text) => /\bkind\b/.test(text));
    assert.ok(documents.length >= 200, `${documents.length} documents`);
    const texts = [...files, ...documents];
    const readings = await kubectlReadings(kubectl, texts);
    assert.deepEqual(differences(texts, readings, []), []);
  });

  it('are what kubectl would create', async function () {
    this.timeout(180_000);
    const { kubeconfig } = await testCluster();
    const names = ['built-in', 'helm-and-kustomize', 'text-blocks'];
    const texts = await Promise.all(
      names.map((name) => readFile(join(import.meta.dirname, 'manifests', `${name}.yaml`), 'utf8')),
    );
    const create = ['--kubeconfig', kubeconfig('admin'), 'create', '--dry-run=client', '--validate=false'];
    const readings = await kubectlReadings(kubectl, texts, create);
    assert.deepEqual(differences(texts, readings, []), []);
  });

  it('are read alike, whatever a scalar is', async function () {
    this.timeout(180_000);
    const sign = fc.constantFrom(...'0123456789_+-.eExXoObBaf:'.split(''));
    const word = fc.oneof(
      fc.array(sign, { minLength: 1, maxLength: 8 }).map((signs) => signs.join('')),
      fc.constantFrom(
        'yes',
        'NO',
        'on',
        'Off',
        'y',
        'N',
        'null',
        '~',
        '.inf',
        '-.INF',
        '.NaN',
        '<<',
        '=',
        '2024-01-02',
      ),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    );
    const document = fc
      .array(word, { minLength: 1, maxLength: 8 })
      .map(
        (words) =>
          `${HEAD}values:\n${words.map((one) => `- ${one}\n- {k: ${one}}\n- "${one}"\n- !!str ${one}\n`).join('')}`,
      );
    const key = word.map((one) => `${HEAD}keys:\n  ${one}: v\n`);
    await assertAlike([
      ...fc.sample(document, { numRuns: 400, seed: SEED }),
      ...fc.sample(key, { numRuns: 600, seed: SEED }),
    ]);
  });

  it('are read alike, whatever is in a text block', async function () {
    this.timeout(180_000);
    const header = fc.constantFrom('|', '>', '|-', '>-', '|+', '>+', '|2', '>1-', '|+2', '>2+', '| # comment');
    const line = fc.constantFrom(
      'a',
      ' b',
      '  c',
      '',
      ' ',
      '\t',
      '    d',
      '# e',
      '- f',
      'g: h',
      '  ',
      'i ',
      '---',
      '"j',
    );
    const block = fc
      .tuple(
        fc.constantFrom('t: ', '- ', '- - '),
        header,
        fc.array(line, { maxLength: 7 }),
        fc.constantFrom('', '\n', '\n\n', '\n# c', '\n  # c'),
      )
      .map(([before, head, lines, end]) => {
        const depth = ' '.repeat(before.length > 3 ? 6 : 4);
        return `${HEAD}spec:\n  ${before}${head}\n${lines.map((one) => `${depth}${one}`).join('\n')}${end}\nlast: 1`;
      });
    await assertAlike(fc.sample(block, { numRuns: 2_000, seed: SEED }));
  });

  it('are read alike, or refused, whatever stands in them', async function () {
    this.timeout(180_000);
    const sign = fc.constantFrom(
      ...'&*!|>%@`"\'[]{},:?-#~<=\n\t ab1'.split(''),
      ...[
        '\n  ',
        '\n    ',
        '\n- ',
        ': ',
        ' #',
        '|-\n',
        '>+\n',
        '""',
        "''",
        '!!str ',
        '!!int ',
        '&a ',
        '*a',
        '<<: ',
        'yes',
      ],
      ...['0400', 'null', 'a: ', 'b: 1\n  ', '- ', '{a: 1}', '[x, y]', '\r\n', '\\n', '\\x41', '\u2028', '\u0085'],
    );
    const soup = fc.array(sign, { maxLength: 14 }).map((signs) => signs.join(''));
    const text = fc.oneof(
      soup.map((one) => `${HEAD}spec: ${one}\n`),
      soup.map((one) => `${HEAD}spec:\n  ${one}\n`),
      soup.map((one) => `${HEAD}spec: {a: ${one.replaceAll('\n', ' ')}}\n`),
    );
    await assertAlike(fc.sample(text, { numRuns: 3_000, seed: SEED }));
  });

  it('are read alike, whatever is a key, and wherever its colon and its value stand', async function () {
    this.timeout(180_000);
    const key = fc.constantFrom(
      ...['a', '*a', '*b', '? a\n', '? *a\n', '"q"', "'q'", '&a d', '!!str 1', '!!binary YQ==', 'a b', '0x10', '1e3'],
      ...['9223372036854775807', '-9223372036854775809', '12345678901234567890123', '2001-01-01', '=', '190:20'],
    );
    const value = fc.constantFrom(
      ...['v', '', '*a', '*b', '[*a, *a: w]', '{*a: w, x: *b}', '{<<: *b, x: 1}', '{<<: [*b, {z: 1}]}', '&c [x]'],
      ...[
        '|\n  *a: t',
        '"*a: t"',
        '? a\n  : b',
        '\n  - *a: 1\n    x: 2',
        '\n  *a: {x: 1}',
        '{x\n  : 1}',
        '>+\n\n  t\n',
      ],
      ...['!!binary aGk=', '!!binary "aG\n  k="', '!!binary a', '!!set {x, y}', '!!timestamp 2001-12-14', '"\\/"'],
    );
    const entry = fc
      .tuple(key, fc.constantFrom(': ', ': ', ' : ', ':\t', '\n  : '), value)
      .map(([name, colon, content]) => name + (name.endsWith('\n') ? colon.trimStart() : colon) + content);
    const text = fc
      .tuple(fc.constantFrom('  ', '- ', '    '), fc.array(entry, { minLength: 1, maxLength: 3 }))
      .map(([margin, entries]) => {
        const lines = entries
          .flatMap((one) => one.split('\n'))
          .map((line, index) => (index === 0 ? margin : '  ') + line);
        return `${HEAD}x: &a k\ny: &b {m: 1}\nspec:\n${lines.join('\n')}\n`;
      });
    await assertAlike(fc.sample(text, { numRuns: 2_000, seed: SEED }));
  });

  it('are read alike, whatever separates documents', async function () {
    this.timeout(180_000);
    const one = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
    const json = (name: string) => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"}}\n`;
    const piece = fc.constantFrom(
      one('a'),
      one('b'),
      json('c'),
      `${json('d')}${json('e')}`,
      '---\n',
      '--- # comment\n',
      '---\r\n',
      '...\n',
      '# comment\n',
      '\n',
      '--- text\n',
      '----\n',
      'null\n',
      '\uFEFF',
    );
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    const texts = fc.sample(text, { numRuns: 1_000, seed: SEED });
    await assertAlike(texts.filter((one) => !LENIENCES.some(([pattern]) => pattern.test(one))));
  });

  it('are refused alike when they say that they are for another reader', async () => {
    const texts = [
      '%YAML 1.1',
      '# c\n\n%YAML 1.2',
      '%YAML 1.3',
      '%FOO bar',
      '%YAML 1.2\n%TAG ! tag:yaml.org,2002:',
    ].map((directives) => `${directives}\n---\n${HEAD}value: yes\n`);
    const readings = await kubectlReadings(kubectl, texts);
    assert.deepEqual(differences(texts, readings, []), []);
    assert.ok(readings.every(({ problem }) => problem !== undefined));
  });

  it('keep the digits that kubectl rounds, of which the API server has the last word', async () => {
    const digits = ['9223372036854775808', '18446744073709551615', '123456789012345678901234567890'];
    const text = `${HEAD}values: [${digits.join(', ')}]\n`;
    const [theirs] = await kubectlReadings(kubectl, [text]);
    assert.deepEqual(theirs?.objects[0]?.values, digits.map(Number));
    assert.deepEqual(parseManifests(text)[0]?.values, digits.map(BigInt));
  });

  it('are read alike in every encoding', async () => {
    const text = `${HEAD}spec: {a: "é 🚀", yes: 0400}\n`;
    const encoded = ['utf8', 'utf16le', 'utf16be'].map((encoding) => {
      const bytes = Buffer.from(`\uFEFF${text}`, encoding === 'utf8' ? 'utf8' : 'utf16le');
      return encoding === 'utf16be' ? bytes.swap16() : bytes;
    });
    const readings = await kubectlReadings(kubectl, encoded);
    const texts = encoded.map(decodeText);
    assert.deepEqual(differences(texts, readings, []), []);
    assert.equal(
      readings.every(({ objects }) => objects.length === 1),
      true,
    );
  });

  it('are printed so that kubectl reads the same', async function () {
    this.timeout(180_000);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'yes',
        '0400',
        '0X1F',
        '+0o17',
        '1e5_0',
        '.5_0',
        '0b-1',
        '1_000',
        '<<',
        '12:30',
        '2024-01-02',
        'a\r\nb',
        ' a\n',
        '\ta\n b',
        'a\n\n',
        '\u2028',
        '\u0085',
        '\uFEFFa',
        '- a',
        '? b',
        'c: d',
        '#',
        '---',
        '---\na',
        '%YAML',
      ),
      fc
        .array(fc.constantFrom('a', ' ', '\n', '\t', '#', ': ', '- ', '"', "'", '\\', '\r'), { maxLength: 12 })
        .map((signs) => signs.join('')),
    );
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 63n - 1n }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    const texts = fc
      .sample(value, { numRuns: 600, seed: SEED })
      .map((one) => toYaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, one }));
    const readings = await kubectlReadings(kubectl, texts);
    assert.deepEqual(differences(texts, readings, []), []);
    assert.deepEqual(
      readings.filter(({ problem }) => problem !== undefined),
      [],
    );
  });

  async function assertAlike(texts: readonly string[]): Promise<void> {
    const readings = await kubectlReadings(kubectl, texts);
    assert.deepEqual(differences(texts, readings, REFUSALS), []);
    // Most generated texts must be readable by both, or nothing is compared.
    assert.ok(readings.filter(({ problem }) => problem === undefined).length > texts.length / 5);
  }
});

/** Where the readings differ, apart from intended refusals. */
function differences(
  texts: readonly string[],
  readings: readonly KubectlReading[],
  refusals: typeof REFUSALS,
): string[] {
  return texts.flatMap((text, index) => {
    const { objects, problem } = readings[index] ?? { objects: [], problem: 'not read' };
    const theirs = problem ?? normal(objects.map((object) => withoutAdditions(object)));
    const ours = ourReading(text);
    if (typeof theirs === 'string' && typeof ours === 'string') return [];
    if (typeof ours === 'string' && refusals.some(([pattern]) => pattern.test(ours))) return [];
    if (isDeepStrictEqual(ours, theirs)) return [];
    return [`${JSON.stringify(text.slice(0, 2_000))}\n  kubectl: ${shown(theirs)}\n  ours: ${shown(ours)}`];
  });
}

function ourReading(text: string): unknown {
  try {
    return normal(parseManifests(text));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}

/** As JSON, without the namespace that kubectl adds. */
function normal(objects: readonly KubernetesObject[]): unknown {
  return (parseJson(jsonText(objects)) as KubernetesObject[]).map(({ metadata = {}, ...rest }) => {
    const { namespace, ...others } = metadata;
    return { ...rest, metadata: namespace === undefined || namespace === 'default' ? others : metadata };
  });
}

function shown(reading: unknown): string {
  return typeof reading === 'string' ? reading : jsonText(reading).slice(0, 1_000);
}
