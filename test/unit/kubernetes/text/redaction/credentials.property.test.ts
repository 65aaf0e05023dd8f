import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import { redact, redactedValues, restoreRedacted } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

const RUNS = 400;

const secret = fc
  .string({
    unit: fc.constantFrom(...'abcdefghkmnpqrstuvwxyzABCDEFGHKMNPQRSTUVWXYZ23456789'),
    minLength: 12,
    maxLength: 24,
  })
  .filter((text) => /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text));
const prefix = fc.constantFrom([], ['db'], ['redis'], ['my', 'app'], ['spring', 'mail'], ['admin'], ['oauth'], ['x']);
const core = fc.constantFrom(
  ['password'],
  ['passwd'],
  ['passphrase'],
  ['secret'],
  ['client', 'secret'],
  ['token'],
  ['access', 'token'],
  ['api', 'key'],
  ['private', 'key'],
  ['secret', 'key'],
  ['credentials'],
  ['pswd'],
  ['otp'],
  ['jwt'],
  ['git', 'pat'],
  ['blob', 'sas'],
  ['user', 'pw'],
  ['senha'],
  ['contraseña'],
  ['пароль'],
  ['密码'],
);
const styles: ((words: string[]) => string)[] = [
  (words) => words.join('_'),
  (words) => words.join('-'),
  (words) => words.join('.'),
  (words) => words.join('_').toUpperCase(),
  (words) => words.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join(''),
];
const name = fc
  .tuple(prefix, core, fc.constantFrom(...styles))
  .map(([before, words, style]) => style([...before, ...words]));

type Form = (name: string, value: string) => string;
const form = fc.constantFrom<Form>(
  (key, value) => `${key}=${value}`,
  (key, value) => `${key}: ${value}`,
  (key, value) => `export ${key}="${value}"`,
  (key, value) => `level=info ${key}=${value} user=bob`,
  (key, value) => `--${key}=${value}`,
  (key, value) => `run --${key} ${value} --verbose`,
  (key, value) => JSON.stringify({ a: 1, [key]: value, b: [2] }),
  (key, value) => JSON.stringify({ a: { [key]: value } }, null, 2),
  (key, value) => JSON.stringify({ message: JSON.stringify({ [key]: value }) }),
  (key, value) => JSON.stringify([{ name: key, value }]),
  (key, value) => JSON.stringify([{ value, name: key }]),
  (key, value) => `a: b\nc:\n  ${key}: ${value}\n  d: e`,
  (key, value) => `${key}: |\n  ${value}\nnext: 1`,
  (key, value) => `- name: ${key}\n  value: ${value}\n- name: other\n  value: x`,
  (key, value) => `v1.EnvVar{Name:"${key}", Value:"${value}"}`,
  (key, value) => `<${key}>${value}</${key}>`,
  (key, value) => `<property name="${key}" value="${value}"/>`,
  (key, value) => `("${key}", "${value}")`,
  (key, value) => `\x1b[36m${key}\x1b[0m=\x1b[35m${value}\x1b[0m`,
  (key, value) => `${key.slice(0, 3)}\u200b${key.slice(3)}=${value}`,
  (key, value) => `${key}：${value}`,
  (key, value) => `${key}%3D${value}&x=1`,
  (key, value) => `GET /x?${key}=${value}&page=2 HTTP/1.1`,
  (key, value) => `{${key}, "${value}"}`,
  (key, value) => `{rabbit, [{default_user, <<"bob">>}, {${key}, <<"${value}">>}]}.`,
  (key, value) => `["${key}", "${value}"]`,
  (key, value) => `id,name,${key}\n1,bob,${value}`,
  (key, value) => `"id";"${key}"\n"1";"${value}"`,
  (key, value) => `id\t${key.replaceAll('-', '_')}\n1\t${value}`,
  (key, value) => `| id | ${key} |\n|---:|:---|\n| 1 | ${value} |`,
  (key, value) => `+----+------+\n| id | ${key} |\n+----+------+\n|  1 | ${value} |\n+----+------+`,
  (key, value) => ` id | ${key}  \n----+-------\n  1 | ${value}\n(1 row)`,
  (key, value) => `NAME   ${key.replaceAll('-', '_')}   AGE\nweb    ${value}   5d`,
  (key, value) => `**${key}**: \`${value}\``,
  (key, value) => `| ${key} | ${value} |`,
  (key, value) => `-[ RECORD 1 ]\nid | 1\n${key} | ${value}`,
  (key, value) => `<td>${key}</td>\n<td class="x">${value}</td>`,
  (key, value) => `<dict><key>${key}</key>\n<string>${value}</string></dict>`,
  (key, value) => `Content-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n--b`,
  (key, value) => `INSERT INTO users (id, "${key}", x) VALUES (1, 'it''s', NULL), (2, '${value}', now());`,
  (key, value) => `${key}: &one ${value}`,
  (key, value) => `${key}: !!str ${value}`,
  (key, value) => `proxy_set_header ${key} "${value}";`,
  (key, value) => `set -x ${key} ${value}`,
  (_, value) => `password was changed from x1 to ${value}`,
  (_, value) => `net user bob ${value} /add`,
  (_, value) => `ConvertTo-SecureString "${value}" -AsPlainText`,
  (key, value) => `variable "${key}" {\n  type    = string\n  default = "${value}"\n}`,
  (key, value) => `${key} = <<-EOF\n  ${value}\n  EOF`,
  (key, value) => `? ${key}\n: ${value}`,
  (key, value) => `{\n  "${key}"\n    : "${value}"\n}`,
  (key, value) => `${key}:\n  type: string\n  value: ${value}\n  next: 1`,
  (key, value) => `<${key} type="x" value="${value}"/>`,
  (_, value) => `connection.setPassword("${value}");`,
  (_, value) => `    auth_pass ${value}`,
  (_, value) => `login failed for bob using password ${value}, try again`,
  (_, value) => `wrong password (${value}) of bob`,
  (_, value) => `rpcpassword ${value} # of the node`,
  (_, value) => `user default on ~* +@all >${value}`,
  (_, value) => `db:5432:shop:bob:${value}`,
  (_, value) => `Authorization: Digest username="bob", realm="x", response="${value}"`,
  (_, value) => `key "rndc" { algorithm hmac-sha256; secret "${value}"; };`,
  (_, value) => `postgres://bob:${value}@db:5432/shop`,
  (_, value) => `Server=db;Password=${value};Database=shop`,
  (_, value) => `Authorization: Bearer ${value}`,
  (_, value) => `-----BEGIN PRIVATE KEY-----\n${value.repeat(3)}\n-----END PRIVATE KEY-----`,
  (_, value) => `bob:${value}@tcp(db:3306)/shop`,
);
/** Text that does not change the meaning of what follows. */
const prose = fc.constantFrom(
  '',
  'ready',
  'INFO [main] started',
  '2026-01-01T00:00:00Z level=info',
  '# comment',
  'a=b',
  '\n',
  '{',
  '</x>',
  '<a b="c">',
  'name="x"',
  '- x',
  '"',
  'a,b\n1,2',
  '| a | b |',
  'secret:',
);

/** A credential form within a text, and an object containing that text. */
const text = fc
  .tuple(prose, form, name, secret, prose)
  .map(([before, make, key, value, after]) => ({ value, text: [before, make(key, value), after].join('\n') }));

const place = fc.constantFrom<(key: string, value: string, text: string) => object>(
  (_key, _value, words) => ({ data: { 'app.conf': words } }),
  (_key, _value, words) => ({ metadata: { annotations: { note: words } } }),
  (_key, _value, words) => ({ spec: { containers: [{ args: ['-c', words] }] } }),
  (_key, _value, words) => ({ status: { conditions: [{ type: 'Ready', message: words }] } }),
  (_key, _value, words) => ({ spec: { deep: [[{ er: { still: words } }]] } }),
  (_key, _value, words) => ({ binaryData: { file: Buffer.from(words).toString('base64') } }),
  (key, value) => ({ spec: { [key]: value } }),
  (key, value) => ({ spec: { [key]: { anything: value } } }),
  (key, value) => ({ data: { [key]: value } }),
  (key, value) => ({ spec: { containers: [{ env: [{ name: key, value }] }] } }),
  (key, value) => ({ spec: { containers: [{ args: [`--${key}`, value] }] } }),
  (key, value) => ({ spec: { headers: [{ name: key, value }] } }),
  (key, value) => ({ spec: { template: { spec: { extraEnv: { [key]: value } } } } }),
  (_key, value) => ({ objects: [{ kind: 'Secret', apiVersion: 'v1', stringData: { anything: value } }] }),
  (_key, value) => ({ data: { manifest: JSON.stringify({ kind: 'Secret', stringData: { anything: value } }) } }),
);
const planted = fc
  .tuple(place, name, text, fc.constantFrom('ConfigMap', 'Pod', 'HelmRelease', 'Database'))
  .map(([put, key, { value, text: words }, kind]) => ({
    value,
    object: { apiVersion: 'v1', kind, ...put(key, value, words) } as KubernetesObject,
  }));

function assertGone(value: string, shown: string): void {
  const plain = shown.replaceAll('\u200b', '');
  for (let at = 0; at + 8 <= value.length; at += 1)
    assert.ok(!plain.includes(value.slice(at, at + 8)), `${value} in ${shown}`);
}

describe('a credential planted anywhere', () => {
  it('does not survive in a text, not even in pieces', () => {
    fc.assert(
      fc.property(text, ({ value, text: words }) => {
        const shown = redactText(words);
        assertGone(value, shown);
        assert.equal(redactText(shown), shown);
        assert.equal(shown.split('\n').length, words.split('\n').length);
      }),
      { numRuns: RUNS },
    );
  });

  it('does not survive in an object, which can be given back', () => {
    fc.assert(
      fc.property(planted, ({ value, object }) => {
        const shown = redact(object);
        assertGone(value, JSON.stringify(shown));
        assert.ok(
          redactedValues(object).some((one) => one.includes(value) || one.includes(value.slice(0, 8))) ||
            'binaryData' in object,
        );
        assert.deepEqual(restoreRedacted(shown, object), object);
        assert.deepEqual(redact(shown), shown);
      }),
      { numRuns: RUNS },
    );
  });
});

/** All that names of credentials are made of. */
const VOCABULARY =
  'password passwd passphrase passcode passwort contraseña contrasena pwd pswd secret token credential authorization apikey api_key private_key session_key dockerconfigjson dockercfg htpasswd netrc pgpass connectionstring authuserinfo mnemonic пароль パスワード 비밀번호 senha 密码 密碼 口令 密钥 密鑰 令牌 pass pw psw pwds creds cred jwt pat pats cookie otp totp bearer sas requirepass masterauth userpass dbpass keypass storepass auth key keys pin pins sig signature salt seed psk session sessionid sid jsessionid phpsessid'.split(
    ' ',
  );
const AROUND: [string[], string[]][] = [
  [[], []],
  [['db'], []],
  [['my', 'app'], []],
  [[], ['value']],
  [[], ['2']],
];
const IN_TEXTS: Form[] = [
  (key, value) => `${key}=${value}`,
  (key, value) => `a: 1\n${key}: ${value}\nb: 2`,
  (key, value) => JSON.stringify({ a: 1, [key]: value, b: 2 }),
  (key, value) => `id,${key},b\n1,${value},2`,
  (key, value) => ` id | ${key} | b\n----+---+---\n 1 | ${value} | 2`,
  (key, value) => `INSERT INTO t (id, ${key.replaceAll('-', '_')}) VALUES (1, '${value}')`,
];

describe('a name that is a credential’s as a field', () => {
  it('is one in a text and as a column, in any style', () => {
    const shown: string[] = [];
    let count = 0;
    for (const word of VOCABULARY)
      for (const [before, after] of AROUND)
        for (const style of styles) {
          const key = style([...before, ...word.split('_'), ...after]);
          for (const value of ['hunter2', 'aB3dE5gH7jK9mN1pQ']) {
            const object = { apiVersion: 'v1', kind: 'Database', spec: { [key]: value } } as KubernetesObject;
            if (JSON.stringify(redact(object)).includes(value)) continue;
            count += 1;
            for (const make of IN_TEXTS) if (redactText(make(key, value)).includes(value)) shown.push(make(key, value));
          }
        }
    assert.ok(count >= 2_000, String(count));
    assert.deepEqual(shown, []);
  });
});
