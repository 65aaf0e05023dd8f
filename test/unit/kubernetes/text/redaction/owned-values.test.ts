import assert from 'node:assert/strict';
import { jsonText } from '../../../../../src/kubernetes/apimachinery/json.ts';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

const H = 'hunter2';

/** What is under a credential's name. */
const MAPPINGS: Record<string, unknown>[] = [
  { passwords: { admin: H, user: H, service: H } },
  { passwords: { accounts: { bob: H } } },
  { passwords: { roles: { admin: H } } },
  { passwords: [H] },
  { passwords: [{ bob: H }] },
  { tokens: { project: `${H}abcDEF123x` } },
  { apiKeys: { client: H } },
  { credentials: { bob: H } },
  { credentials: { bucket: 'b', key: `${H}aB3dE5gH7jK9` } },
  { clientSecrets: [H] },
  { secrets: [H] },
  { secrets: { db: H } },
  { secrets: { db: [H] } },
  { secrets: { environment: { FOO: H } } },
  { secrets: { items: [{ name: 'a', value: H }] } },
  { auth: { passwords: { bob: H } } },
];

/** The same where nothing is one. */
const HARMLESS: Record<string, unknown>[] = [
  { secrets: [{ name: 'default-token-abcde' }] },
  { secrets: ['db', 'shop-tls'] },
  { secrets: { enabled: true, name: 'db' } },
  { secrets: { db_password: { file: './db.txt' } } },
  { credentials: { secretName: 'db-creds', existingSecret: 'db', user: 'bob', region: 'eu-west-1' } },
  { tokens: { prompt: 12, total: 345 } },
  { tokens: { prompt: 1200, completion: '34500', total_count: 35700 } },
  { imagePullSecrets: ['regcred2', 'quay1'] },
  { secrets: ['etcd2certs', 'db_password2', 'shop2-tls'] },
  { tokens: { ttl: '24h', issuer: 'shop' } },
  { token: { type: 'string', description: 'The token of the user' } },
  { secret: { secretName: 'tls', defaultMode: 420, items: [{ key: 'tls.key', path: 'tls.key' }] } },
  { token: { required: true, description: 'The token of the user' } },
];

function lines(value: unknown, depth = 0): string {
  const pad = '  '.repeat(depth);
  if (Array.isArray(value)) return value.map((item) => `\n${pad}- ${lines(item, depth + 1).trimStart()}`).join('');
  if (typeof value !== 'object' || value === null) return ` ${String(value)}`;
  return Object.entries(value)
    .map(([key, item]) => `\n${pad}${key}:${lines(item, depth + 1)}`)
    .join('');
}

/** In JSON, in YAML, and in both within an object. */
function texts(mapping: object): string[] {
  return [JSON.stringify(mapping), JSON.stringify(mapping, null, 2), lines(mapping), `a: b${lines(mapping)}\nc: d`];
}

const shown = (spec: object) => jsonText(redact({ apiVersion: 'x/v1', kind: 'X', spec } as KubernetesObject));

describe('what is under the name of credentials', () => {
  it('is hidden, whatever its key', () => {
    for (const mapping of MAPPINGS) {
      assert.ok(!shown(mapping).includes(H), shown(mapping));
      for (const text of texts(mapping)) {
        assert.ok(!redactText(text).includes(H), redactText(text));
        assert.ok(!shown({ data: { 'values.yaml': text } }).includes(H), text);
      }
    }
  });

  it('is hidden as a number', () => {
    for (const spec of [
      { passwords: { bob: 12345678 } },
      { password: [1234567] },
      { passwords: 12345678 },
      { pin: 48151623 },
      // A double would change these.
      { passwords: { bob: 12345678901234567891n } },
      { password: [12345678901234567891n] },
      { password: 12345678901234567891n },
      { pin: 48151623421234567891n },
      { tokens: ['123456', '481516'] },
      { recoveryTokens: ['1234567'] },
      { credentials: { code: '123456' } },
    ])
      assert.doesNotMatch(shown(spec), /123456|4815/);
    for (const text of [
      'apiKeys: [123456]',
      'tokens:\n- 123456\n- 481516',
      '{"passwords":{"bob":12345678}}',
      'passwords:\n  bob: 12345678',
    ])
      assert.doesNotMatch(redactText(text), /123456|4815/);
  });

  it('is shown where it only describes or refers', () => {
    for (const mapping of HARMLESS) {
      assert.deepEqual(JSON.parse(shown(mapping)).spec, mapping);
      for (const text of texts(mapping)) assert.equal(redactText(text), text);
    }
  });

  it('is shown where it describes an object of that name', () => {
    for (const text of [
      'Containers:\n  tokens:\n    Container ID:  containerd://1\n    Image:  nginx\n    Port:  <none>',
      'Volumes:\n  token:\n    Type:  Secret (a volume populated by a Secret)\n    SecretName:  db\n    Optional:  false',
      'Volumes:\n  credentials:\n    Type:       EmptyDir (a temporary directory)\n    Medium:     Memory\n    SizeLimit:  <unset>',
      'credentials:\n  required:\n  - region\n  - bucket',
      'Password:\n--------\nUse at least 8 characters',
      'password: str\n    The password to use.',
    ])
      assert.equal(redactText(text), text);
  });
});
