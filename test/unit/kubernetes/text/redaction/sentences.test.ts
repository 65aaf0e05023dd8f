import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

const VALUES = ['hunter2', 'K10abc::server:hunter2', 'bob/hunter2', 'x1y2', 'Zx9kkq'];

describe('a word before the name of a credential', () => {
  it('does not show its value, whatever the word', () => {
    const word = fc.constantFrom(
      ...'db vault config username docker.io registry.example.com KeyStore DataSource MySql OpenSearch GitLab ServiceAccount node service job role release Deployment team'.split(
        ' ',
      ),
    );
    const name = fc.constantFrom('password', 'token', 'Password', 'db-password', 'client-secret', 'passphrase');
    const form = fc.constantFrom<(before: string, name: string, value: string) => string>(
      (before, key, value) => `${before}/${key}: ${value}`,
      (before, key, value) => `"${before}/${key}": "${value}"`,
      (before, key, value) => `/var/lib/${before}/${key}: ${value}`,
      (before, key, value) => `${before} ${key}: ${value}`,
      (before, key, value) => `INFO ${before} ${key}: ${value}\nnext`,
      (before, key, value) => `${before}/a/${key}: ${value}`,
    );
    fc.assert(
      fc.property(word, name, form, fc.constantFrom(...VALUES), (before, key, make, value) => {
        const text = make(before, key, value);
        assert.ok(!redactText(text).includes(value), text);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is a kind where a sentence tells about its object', () => {
    const object = fc.constantFrom(
      'container db-password',
      'container token',
      'init container fetch-secrets',
      'Pod shop/my-token',
      'Secret shop/db-password',
      'secrets/db-password',
      'deployment.apps/token-service',
      'ExternalSecret shop/api-token',
      'StatefulSet "db-password"',
    );
    const told = fc.constantFrom(
      '3 restarts, last exit code 1',
      'CrashLoopBackOff',
      'OOMKilled',
      'unchanged',
      'not ready',
      'has no key x',
      'rolled out',
      'short pod that starts now',
    );
    fc.assert(
      fc.property(object, told, (name, words) => {
        assert.equal(redactText(`${name}: ${words}`), `${name}: ${words}`);
      }),
    );
  });
});

describe('what stands in the place of a value', () => {
  it('is shown where it is none', () => {
    for (const text of [
      '--- PASS: TestLogin (0.01s)',
      'PASS: Verify that node is schedulable',
      'unexpected token: EOF',
      'Unexpected token: }',
      "      DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false",
      'password:  16 bytes\ntoken:     1234 bytes',
    ])
      assert.equal(redactText(text), text);
  });

  it('is hidden where it only looks so', () => {
    for (const text of ['PASS: hunter2', 'unexpected token: hunter2', 'password: 16 hunter2', 'key: x\nPASS: Hunter2'])
      assert.ok(!redactText(text).includes('unter2'), redactText(text));
  });
});
