import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import { redact, restoreRedacted } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

/** The largest share of credentials that may be missed, and of other values that may be redacted needlessly. */
const MISSED = 0.01;
const FOR_NOTHING = 0.02;

/** The corpus marks each credential as «…», and breaks known token prefixes with a middle dot. */
function corpus(name: string): string {
  return readFileSync(new URL(`../corpus/${name}`, import.meta.url), 'utf8').replaceAll('·', '');
}

const lines = (name: string) => corpus(name).split('\n').filter(Boolean);
const objects = (name: string) =>
  parseAllDocuments(corpus(name)).map((document) => document.toJS() as KubernetesObject);
const marked = (text: string) => [...text.matchAll(/«([^»]*)»/g)].map(([, value = '']) => value);
const unmarked = (text: string) => text.replace(/[«»]/g, '');

/** A value has leaked if any eight of its consecutive characters appear. */
function survives(value: string, shown: string): boolean {
  if (value.length < 8) return shown.includes(value);
  return Array.from({ length: value.length - 7 }, (_, at) => value.slice(at, at + 8)).some((part) =>
    shown.includes(part),
  );
}

function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, `${path}.${key}`));
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapped(item, change)]));
}

/** Forms without a name, and with a value that is no longer than others. */
const SHORT = [
  'rabbitmqctl add_user bob hunter2',
  'user alice on >hunter2 +get',
  'user alice on ~* +@all >=hunter2',
  'user alice on &gt;hunter2',
  'password was rotated from hunter2',
  'echo hunter2 | login --token-stdin',
  '--user=bob:hunter2',
  '--auth bob:hunter2',
  'mysql -phunter2',
  '7z x -phunter2 a.7z',
  ': PSK "hunter2"',
  'AUTH hunter2',
  'stats auth bob:hunter2',
  'username bob secret hunter2',
  'enable secret 5 hunter2',
  'snmp-server community hunter2',
  'key x { secret "hunter2"; };',
  'password was changed from x to hunter2',
  'net user bob hunter2',
  'kinit <<< hunter2',
  'rocommunity hunter2',
  'db:5432:shop:bob:hunter2',
  'openssl -k hunter2',
  '-Dx.superDigest=super:hunter2',
  'setuser a on >hunter2',
  'bindpw hunter2',
  'id,pin\n1,48291',
];

/** What makes every filter that saves time look further. */
const ANYTHING =
  'also pass identified stats auth basic -p -u --user --token-stdin rotated from a to b securestring net user setuser >a :5432:a:b: openssl superdigest <<< psk "a" secret "a"; enable secret community values -----BEGIN @h:1';

describe('the recogniser, on what real software writes', () => {
  const texts = lines('credentials.txt').map((line) => ({ text: line, shown: redactText(unmarked(line)) }));
  const secretive = objects('credentials.yaml').map((object) => {
    const text = leaves(object)
      .map(([, value]) => String(value))
      .join('\n');
    const plain = mapped(object, unmarked) as KubernetesObject;
    return {
      text,
      plain,
      shown: leaves(redact(plain))
        .map(([, value]) => String(value))
        .join('\n'),
    };
  });
  const harmlessLines = lines('harmless.txt');
  const harmlessObjects = objects('harmless.yaml');

  it('misses hardly a credential', () => {
    const found = [...texts, ...secretive].flatMap(({ text, shown }) =>
      marked(text).map((value) => ({ value, missed: survives(value, shown) })),
    );
    const missed = found.filter((one) => one.missed).map(({ value }) => value);
    assert.ok(found.length >= 400, String(found.length));
    assert.ok(missed.length <= found.length * MISSED, `${missed.length} of ${found.length}: ${missed.join(' | ')}`);
  });

  it('redacts hardly anything for nothing', () => {
    const changed = harmlessLines.filter((line) => redactText(line) !== line);
    const changedLeaves = harmlessObjects.flatMap((object) => {
      const shown = new Map(leaves(redact(object)));
      return leaves(object).filter(([path, value]) => shown.get(path) !== value);
    });
    const count = harmlessLines.length + harmlessObjects.flatMap((object) => leaves(object)).length;
    assert.ok(count >= 400, String(count));
    const all = [...changed, ...changedLeaves.map(String)];
    assert.ok(all.length <= count * FOR_NOTHING, `${all.length} of ${count}: ${all.join(' | ')}`);
  });

  it('finds in a string of an object what it finds in a text, however short', () => {
    const short = lines('credentials.txt').map((line) => line.replaceAll(/«[^»]*»/g, 'hunter2'));
    const found = [...short, ...SHORT].filter((text) => redactText(text) !== text);
    const shown = found.filter((note) => leaves(redact({ spec: { note } })).some(([, value]) => value === note));
    assert.ok(found.length >= 200, String(found.length));
    assert.deepEqual(shown, []);
  });

  it('finds alone what it finds beside anything else, whatever the space', () => {
    const apart = [...texts.map(({ text }) => unmarked(text)), ...SHORT]
      .flatMap((text) => [text, text.replaceAll(' ', '  '), text.replaceAll(' ', '\t')])
      .filter(
        (text) => redactText(`${text}\n\n${ANYTHING}`).split(`\n\n${ANYTHING.slice(0, 8)}`)[0] !== redactText(text),
      );
    assert.deepEqual(apart, []);
  });

  it('gives objects back as they were, and redacts nothing twice', () => {
    for (const { plain } of secretive) {
      const shown = redact(plain);
      assert.deepEqual(restoreRedacted(shown, plain), plain);
      assert.deepEqual(redact(shown), shown);
    }
    for (const { shown } of texts) assert.equal(redactText(shown), shown);
  });
});

/** What may look like a reference, a lookup or a sentence, and is a value: `¤` stands for it. */
const HIDDEN = [
  "password: ¤ or 'other'",
  'DB_PASSWORD=¤ || "x"',
  '{"password":"{{ab","token":"¤}}"}',
  'a:\n  password: "{{¤"\n  tmpl: "x}}"\n',
  'PASSWORD="{{¤" OTHER="x}}"',
  'login admin/password:¤',
  'username/password:12-¤',
  'vault/token:dev-¤',
  'db/password:test-¤',
  'GITHUB_TOKENS_PERSONAL=¤',
  'tokens_persistent: ¤',
  'SECRETS_MANAGER_KEY=¤-and-more-2Xq',
  'SECRET_MANAGER_VALUE=¤',
  'secret: user/¤',
  'client secret: shop/¤',
  'my pull secret = ¤',
  'password = str("¤")',
  'token = load("¤")',
  'password for bob: os.getenv("TOKEN", "¤") ok=true',
  'application API_KEY: ¤',
  'Node admin-password: ¤\n',
  'unexpected password: ¤',
  'kube_login{user: "a", secret: "¤"}',
  'args: ["--token=¤", "serve"]',
];

describe('what is shown for what stands around it', () => {
  it('is never a value', () => {
    for (const form of HIDDEN)
      for (const value of ['hunter2', 'Sunshine99', 'HUNTER2']) {
        const text = form.replace('¤', value);
        assert.ok(!redactText(text).includes(value), redactText(text));
      }
    const user = 'aB3dE5gH7jK9mN1pQ3';
    assert.ok(!redactText(`BASIC_AUTH=${user}:x-oauth-basic`).includes(user));
  });

  it('is no value of an object', () => {
    for (const spec of [
      { secretTemplates: [{ stringData: { password: 'ab{{hunter2' } }] },
      { credentials: { routingKey: 'hunter2' } },
      { credentials: { labels: { secret: 'hunter-two' } } },
      { oidc: { secret: 'hunter/two' } },
    ]) {
      const shown = JSON.stringify(redact({ apiVersion: 'isindir.github.com/v1alpha3', kind: 'SopsSecret', spec }));
      assert.doesNotMatch(shown, /hunter/, shown);
    }
  });

  it('leaves what stands beside a credential in a command', () => {
    for (const [text, shown] of [
      ['args: ["--token=hunter2", "keep", "this"]', 'args: ["--token=<redacted>", "keep", "this"]'],
      ['args: ["--token", "hunter2", "keep"]', 'args: ["--token", "<redacted>", "keep"]'],
      ['command: ["sh","-c","password=hunter2 foo bar"]', 'command: ["sh","-c","password=<redacted> foo bar"]'],
      ['args:\n- --token=abc1\n- serve\n- --port\n', 'args:\n- --token=<redacted>\n- serve\n- --port\n'],
    ] as const)
      assert.equal(redactText(text), shown);
  });
});
