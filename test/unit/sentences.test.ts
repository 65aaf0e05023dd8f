import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { redactText } from '../../src/kubernetes/text/redact-text.ts';

const root = new URL('../../', import.meta.url);
/** Of objects, fields, kinds, keys and files, all of which users call like this. */
const NAMES = ['api-token', 'db-password', 'secrets', 'token', 'data.password', 'shop/auth-key', 'PGPASSWORD'];
/** Their texts are of the start of the server or of HTTP, or no sentences. */
const OTHERS = /^src\/server\/(?:http|command-line)\/|^src\/kubernetes\/(?:text\/redaction|metrics)\//;

/** Whose places take no names but those of ours. */
const OF_OURS = [
  / has not succeeded/,
  /^ has more than /,
  /: write it in quotes/,
  /, storage class /,
  /, or the flag --/,
  /; up to $/,
];

/** What a template has between its values; a plain text is one piece. */
interface Sentence {
  file: string;
  pieces: string[];
}

function sentencesOf(file: string): Sentence[] {
  const { code } = transformSync(readFileSync(new URL(file, root), 'utf8'), { loader: 'ts', target: 'esnext' });
  const found: Sentence[] = [];
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node) => {
    if (node.type === 'Literal' && 'value' in node && typeof node.value === 'string')
      found.push({ file, pieces: [node.value] });
    if (node.type === 'TemplateLiteral' && 'quasis' in node)
      found.push({ file, pieces: (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked) });
  });
  return found.filter(({ pieces }) => {
    const text = pieces.join(' ');
    return /[a-z]{2,} [a-z]{2,}/.test(text) && !OF_OURS.some((one) => pieces.some((piece) => one.test(piece)));
  });
}

/** With the name in one place, among numbers. */
function textWith(name: string, place: number, pieces: readonly string[]): string {
  return pieces.reduce(
    (text, piece, at) => `${text}${at - 1 === place ? name : /^[a-z]/.test(piece) ? '' : 3}${piece}`,
  );
}

/** Are all words left, in their order? */
function isKept(pieces: readonly string[], text: string): boolean {
  let at = 0;
  return (
    pieces
      .join(' ')
      .match(/\p{L}{2,}/gu)
      ?.every((word) => {
        const found = text.indexOf(word, at);
        at = found + word.length;
        return found >= 0;
      }) ?? true
  );
}

describe('the sentences of ours', () => {
  it('stay readable beside names of credentials', () => {
    const files = globSync('src/{kubernetes,server}/**/*.ts', { cwd: root }).filter((file) => !OTHERS.test(file));
    const sentences = files.flatMap(sentencesOf);
    assert.ok(sentences.length > 1_000);
    const redacted = sentences.flatMap(({ file, pieces }) => {
      const texts = NAMES.flatMap((name) => pieces.map((_, place) => textWith(name, place, pieces)));
      const text = texts.find((one) => !isKept(pieces, redactText(one)));
      return text === undefined ? [] : [`${file}: ${redactText(text)}   <<< ${text}`];
    });
    assert.deepEqual(redacted, []);
  });

  it('and of the API server do, too', () => {
    for (const text of [
      'invalid continue token: continue key is not valid',
      '"pods,secrets" is more than one kind: give one at a time here.',
      'The API token "api-token" is older than "db-token", which is neither known nor written.',
      'data.password must be a string: quote it',
      'Not written: data.password is null, and Kubernetes would make it empty ("" or 0).',
    ])
      assert.equal(redactText(text), text);
  });

  it('do not lend their words to values', () => {
    for (const text of [
      'password: write',
      'token: served',
      'PASSWORD=given',
      'password is write1Aa',
      'token: call-me-4Ever',
    ])
      assert.match(redactText(text), /<redacted/, text);
  });
});
