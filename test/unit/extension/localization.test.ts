import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { DANGER_WORDS } from '../../../src/kubernetes/writes/danger.ts';

const root = new URL('../../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const texts = (file: string) => JSON.parse(read(file)) as Record<string, string>;

const ENGLISH = 'package.nls.json';
const CHINESE = 'package.nls.zh-cn.json';
const PRODUCT = 'MCP for Kubernetes';
const BUNDLE = 'l10n/bundle.l10n.zh-cn.json';
/** Where texts of the core become texts of the editor. */
const TRANSLATING = ['src/extension/common/told.ts', 'src/extension/reviews/danger-text.ts'];

// User-visible anywhere in the manifest.
const READ =
  /^(title|label|description|markdownDescription|enumDescriptions|markdownEnumDescriptions|category|displayName)$/;
// User-visible in contributions: views have names and contents, walkthrough pictures have descriptions.
const READ_IN_CONTRIBUTIONS =
  /^(name|contents|shortTitle|contextualTitle|altText|deprecationMessage|markdownDeprecationMessage|patternErrorMessage|placeholder)$/;

/** Every user-visible string of the manifest, with its path. */
function* shownTexts(value: unknown, path: string[] = [], shown = false): Generator<{ path: string; text: string }> {
  if (typeof value === 'string') {
    if (shown) yield { path: path.join('.'), text: value };
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      const isShown = Array.isArray(value)
        ? shown
        : READ.test(key) || (path[0] === 'contributes' && READ_IN_CONTRIBUTIONS.test(key));
      yield* shownTexts(part, [...path, key], isShown);
    }
  }
}

/** The first argument of every `l10n.t` in a source file as esbuild prints it: without comments, and quoted. */
function messagesOf(file: string): string[] {
  const source = fileURLToPath(new URL(file, root));
  const { code } = transformSync(readFileSync(source), { loader: 'ts', charset: 'utf8', sourcefile: source });
  const uses = code.match(/\bl10n\b/g)?.length ?? 0;
  const calls = [...code.matchAll(/\bvscode\.l10n\.t\(\s*((["'`])(?:(?!\2)[^\\$]|\\.|\$(?!\{))*\2)\s*[,)]/g)];
  assert.ok(calls.length === uses, `${file}: write vscode.l10n.t('…', arguments), and the text as one plain literal`);
  return calls.map(([, literal = '']) => String(runInNewContext(literal)));
}

/** The templates of all messages in a file of the core. */
function templatesOf(file: string): string[] {
  const { code } = transformSync(read(file), { loader: 'ts', charset: 'utf8', target: 'esnext' });
  const templates: string[] = [];
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node) => {
    if (node.type !== 'TaggedTemplateExpression' || !('name' in node.tag) || node.tag.name !== 'say') return;
    const parts = node.quasi.quasis.map(({ value }) => value.cooked ?? '');
    templates.push(parts.reduce((text, part, index) => `${text}{${index - 1}}${part}`));
  });
  return templates;
}

function placeholders(text: string): string[] {
  // A chat prompt in a link is translated.
  const links = text.replace(/\]\(command:workbench\.action\.chat\.open\?[^)]+\)/g, '](chat)');
  return [...new Set(links.match(/\{\d+\}|\$\([a-z~-]+\)|\]\([^)]+\)|`[^`]+`/g))].sort();
}

/** Compares keys; the message lists the missing ones ready to paste. */
function assertSameKeys(file: string, wanted: Record<string, string>, why: string): void {
  const present = texts(file);
  const missing = Object.keys(wanted).filter((key) => !(key in present));
  const unused = Object.keys(present).filter((key) => !(key in wanted));
  const lines = missing.map((key) => `  ${JSON.stringify(key)}: ${JSON.stringify(wanted[key])},`);
  assert.ok(missing.length === 0, `${file} lacks ${why}. Add, with the right text:\n${lines.join('\n')}\n`);
  assert.ok(unused.length === 0, `${file} has what nothing uses. Remove:\n  ${unused.join('\n  ')}\n`);
}

/** Checks that a translation exists, differs from the original, and keeps its placeholders. */
function assertTranslated(file: string, originals: Record<string, string>): void {
  const translations = texts(file);
  for (const [key, original] of Object.entries(originals)) {
    const translation = translations[key] ?? '';
    assert.notEqual(translation.trim(), '', `${file}: ${key} is empty`);
    assert.deepEqual(placeholders(translation), placeholders(original), `${file}: ${key} keeps what is not words`);
    // Product and resource names stay untranslated; sentences do not.
    const words = original
      .replaceAll(PRODUCT, '')
      .replace(/\{\d+\}|\$\([a-z~-]+\)/g, '')
      .trim();
    if (/\w \w/.test(words) && !/^[A-Z][\w-]*( [A-Z][\w-]*)*$/.test(words))
      assert.match(translation, /\p{Script=Han}/u, `${file}: ${key} is not translated`);
  }
}

/** What must not be found in a Chinese text, outside of code. Line breaks separate paragraphs and links. */
const CHINESE_RULES: readonly [rule: string, mistake: RegExp][] = [
  ['full-width punctuation beside Chinese', /\p{Script=Han}[,;:?!.](?!\w)|[,;:?!]\p{Script=Han}/u],
  ['full-width parentheses beside Chinese', /\p{Script=Han} ?\(|\) ?\p{Script=Han}|\(\p{Script=Han}|\p{Script=Han}\)/u],
  ['a space between Chinese and Latin letters or digits', /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9%]\p{Script=Han}/u],
  ['no space beside full-width punctuation', / [，。；：？！、（）“”]|[，。；：？！、（）“”] /],
  ['“…” for quotes', /["']|[‘’「」]/],
  ['… for an ellipsis', /\.\.\.|。。/],
  ['one mark at a time', /[，。；：、？！][，。；：、]/],
  ['no full-width letters or digits', /[Ａ-Ｚａ-ｚ０-９]/],
];

/** Words that mean one thing in this extension. */
const GLOSSARY: readonly [english: RegExp, chinese: string][] = [
  [/\bagents?\b/i, '智能体'],
  [/\bclusters?\b/i, '集群'],
  [/\bworkspaces?\b/i, '工作区'],
  [/\bcontexts?\b/i, '上下文'],
  [/\bnamespaces?\b/i, '命名空间'],
  [/\breview/i, '审阅'],
  [/\bredacted\b/i, '隐去'],
  [/\bmanifests?\b/i, '清单'],
  [/\bHelm releases?\b/, '发布'],
  [/\brollout/i, '上线'],
  [/\bnodes?\b/i, '节点'],
  [/\breject/i, '拒绝'],
  [/\brevert/i, '还原'],
  [/\bdiscard/i, '放弃'],
  [/\bcredential/i, '凭据'],
];

/** A text without what is not words: code, addresses of links, icons, options, and titles of commands. */
function wordsOf(text: string): string {
  return text
    .replace(/`[^`]*`/g, 'x')
    .replace(/\]\([^)]*\)/g, '')
    .replace(/\[|\$\([a-z~-]+\)/g, '')
    .replace(/<[a-z-]+>|--?[a-z]+/g, 'x')
    .replace(/“[^”]*: [^”]*”/g, '“”');
}

describe('localization', () => {
  const shown = [...shownTexts(JSON.parse(read('package.json')))];
  const keys = [...read('package.json').matchAll(/"%([^"%]+)%"/g)].map(([, key = '']) => key);

  it('finds every text of package.json in package.nls.json', () => {
    for (const { path, text } of shown)
      assert.match(
        text,
        /^%[^%]+%$/,
        `package.json, ${path}: write "%key%", and the text under that key in ${ENGLISH}`,
      );
    assertSameKeys(ENGLISH, Object.fromEntries(keys.map((key) => [key, '…'])), 'keys that package.json uses');
  });

  it('has the same in Chinese', () => {
    assertSameKeys(CHINESE, texts(ENGLISH), `keys of ${ENGLISH}`);
    assertTranslated(CHINESE, texts(ENGLISH));
  });

  it('has every text of the code in Chinese', () => {
    // Reading all sources takes longer on a busy machine than a unit test is allowed.
    const files = globSync('src/extension/**/*.ts', { cwd: root, exclude: TRANSLATING });
    const messages = files.flatMap((file) => messagesOf(file));
    const findings = globSync('src/kubernetes/diagnosis/**/*.ts', { cwd: root }).flatMap((file) => templatesOf(file));
    assert.ok(messages.length > 20 && findings.length > 300);
    messages.push(...findings, ...Object.values(DANGER_WORDS));
    const wanted = Object.fromEntries(messages.map((message) => [message, message]));
    assertSameKeys(BUNDLE, wanted, 'texts of src/extension, of what the diagnosis says and of dangers');
    assertTranslated(BUNDLE, wanted);
  });

  it('is written by the rules of Chinese punctuation', () => {
    for (const file of [CHINESE, BUNDLE])
      for (const [key, text] of Object.entries(texts(file)))
        for (const [rule, mistake] of CHINESE_RULES)
          assert.ok(!mistake.test(wordsOf(text)), `${file}: ${key}: ${rule}, in: ${text}`);
  });

  it('has one Chinese word for one English word', () => {
    const translated = { ...texts(BUNDLE) };
    const manifest = texts(CHINESE);
    for (const [key, english] of Object.entries(texts(ENGLISH))) translated[english] = manifest[key] ?? '';
    for (const [english, text] of Object.entries(translated))
      for (const [word, chinese] of GLOSSARY)
        if (word.test(wordsOf(english)))
          assert.ok(text.includes(chinese), `"${english}" says ${chinese}, not: ${text}`);
  });

  it('is where package.json says', () => {
    assert.equal(JSON.parse(read('package.json')).l10n, './l10n');
  });
});
