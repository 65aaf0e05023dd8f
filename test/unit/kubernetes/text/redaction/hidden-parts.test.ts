import assert from 'node:assert/strict';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

const RANDOM = ['aB3dE5gH7jK9mN1pQ', 'Zx9kQ2vL7pW4tR8sY1uC'];

/** How a value is given under a name. */
const FORMS: Record<string, (name: string, value: string) => string> = {
  colon: (name, value) => `${name}: ${value}`,
  equals: (name, value) => `${name}=${value}`,
  spaced: (name, value) => `level=info ${name} = ${value} user=bob`,
  flag: (name, value) => `run --${name} ${value} --verbose`,
  'flag with a sign': (name, value) => `run --${name}=${value} --verbose`,
  field: (name, value) => JSON.stringify({ a: { [name]: value } }),
  quoted: (name, value) => `export ${name}="${value}"`,
  pair: (name, value) => JSON.stringify([{ name, value }]),
  lines: (name, value) => `- name: ${name}\n  value: ${value}\n- name: other`,
  sentence: (name, value) => `I0101 main.go:12] ${name}: invalid ${value}`,
};
/** Names that say that the value is no credential. */
const NAMES = [
  'PASSWORD_SERVER',
  'PASSWORD_OWNER',
  'TOKEN_SERVICE_ACCOUNT',
  'API_TOKEN_PROVIDER',
  'TOKEN_TTL',
  'tokenFile',
  'secret-name',
  'CLUSTER_KEY',
  'HASH_KEY',
  'VALIDATION_KEY',
  'HOST_KEY',
  'partition_key',
  'cacheKey',
  'PASSWORD_KEY',
  'TARGET_SECRET',
  'EXTERNAL_SECRET',
  'existingSecret',
  'new_tokens',
  'pass',
  'tokens',
];
/** Values that say so; `¤` is random. */
const VALUES = [
  '/app/¤',
  '/data/K7MDENG/¤',
  'database/¤',
  'secret/data/¤',
  'env:¤',
  'op:¤',
  'k8s:¤',
  'projects/x/secrets/¤',
  'arn:aws:ssm:eu-west-1:1:¤',
  `\${¤}`,
  '$(¤)',
  '<¤>',
];

describe('what a name or a value exempts', () => {
  for (const [form, make] of Object.entries(FORMS))
    it(`stays hidden where it looks random: ${form}`, () => {
      for (const random of RANDOM) {
        for (const name of NAMES) {
          const text = make(name, random);
          assert.ok(!redactText(text).includes(random), redactText(text));
          assert.ok(!JSON.stringify(redact({ kind: 'X', spec: { text } })).includes(random), text);
        }
        for (const value of VALUES)
          for (const name of ['AWS_SECRET_ACCESS_KEY', 'password', 'secret_key']) {
            const text = make(
              name,
              value.replace('¤', () => random),
            );
            assert.ok(!redactText(text).includes(random), redactText(text));
          }
      }
    });

  it('stays hidden in objects where it looks random', () => {
    for (const random of RANDOM)
      for (const name of NAMES)
        for (const spec of [{ env: [{ name, value: random }] }, { [name]: random }, { args: [`--${name}`, random] }])
          assert.ok(!JSON.stringify(redact({ kind: 'X', spec })).includes(random), JSON.stringify(spec));
  });

  it('is shown where it is what the name says', () => {
    for (const text of [
      'PASSWORD_SERVER=db.example.com',
      'PASSWORD_OWNER=bob',
      'TOKEN_SERVICE_ACCOUNT=builder-2',
      'token_ttl: 3600s',
      'secretName: shop-tls-9g6k8m2c4h',
      'existingSecret: db-creds-7d4b9c8f6d',
      'passwordKey: adminPassword',
      'existingSecretPasswordKey: REDIS_PASSWORD_V2',
      'passwordKey: POSTGRES_PASSWORD_1',
      'token: valid exp=1700000000',
      'password: unset user=bob',
      'Token: issued for client=abc',
      'keyFingerprint: SHA256:uNiVztksCsDhcc0u9e8BrqJXVGDnKrdGLCrpyyWzJjE',
      'cacheKey=products:page:2',
      'partition_key: customer-12345',
      'password: $OAUTH2_PASSWORD',
      `password: \${K8S_DB_PASSWORD}`,
      'pass: 12 fail: 0',
      'sid=S-1-5-18',
      'session: 42',
      'password: C:\\secrets\\db.txt',
      `cache-key: ${'5d672d79'.repeat(8)}`,
      `checksum/password: ${'0a1b2c3d'.repeat(8)}`,
      'SECRET_ARN=arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf',
    ])
      assert.equal(redactText(text), text);
  });

  it('is hidden where it is a credential all the same', () => {
    for (const text of [
      'PASSWORD_OWNER=hunter2',
      'passwordKey: HUNTER2_S3CRET',
      'password: default hunter2',
      'ADMIN_PASSWORD_SERVER=hunter2',
      'password: $UPER_hunter2S3CRET'.replace('hunter2', 'HUNTER2'),
      'checksum/password: hunter2',
      'pass=20260101',
      'AWS_SECRET_ACCESS_KEY=/data/bPxRfiCYEXAMPLEKEYwJalrXUtnFEabcde',
      'password: C:\\hunter2',
      'session_id=3f9ab7c2d1e4f5a6b7c8d9e0f1a2b3c4',
      'GET /a;jsessionid=0A1B2C3D4E5F6A7B8C9D0A1B2C3D4E5F',
      'auth=3f9ab7c2d1e4f5a6b7c8d9e0f1a2b3c4',
      `https://example.com/x?sig=${'5d672d79'.repeat(8)}`,
    ])
      assert.notEqual(redactText(text), text);
  });
});
