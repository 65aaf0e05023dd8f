import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
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
      '    --- PASS: TestLogin/with_password (0.00s)',
      '--- PASS: TestHTTP2Server (1.20s)',
      '--- PASS: TestFoo',
      'PASS: Node is ready',
      'pass: 1000000 fail: 0',
      'PASS: Verify that node is schedulable',
      'unexpected token: EOF',
      'Unexpected token: }',
      "      DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false",
      'password:  16 bytes\ntoken:     1234 bytes',
    ])
      assert.equal(redactText(text), text);
  });

  it('is shown where it tells what went wrong', () => {
    for (const text of [
      'failed to refresh token: EOF',
      'error fetching token: 503 Service Unavailable',
      'get token: Unauthorized',
      'Each copied PAT is read back before it is used.',
      'secret `VSCE_PAT`: an access token with one scope',
      'parse token: token contains an invalid number of segments',
      'verify token: oidc: malformed jwt',
      'reading token: open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory',
      'get token: the pod "web-7d4b9c8f6d-x2x1z" not found',
      '{"error":"token: not found","trace":"4bf92f3577b34da6a3ce929d0e0e4736"}',
      'token: Get "https://10.0.0.1:6443/apis/apps/v1": dial tcp 10.0.0.1:6443: connect: connection refused',
    ])
      assert.equal(redactText(text), text);
  });

  it('is shown where it tells who may not, and what there is not', () => {
    for (const text of [
      'Error from server (Forbidden): secrets is forbidden: User "system:serviceaccount:ns1:sa2" cannot list resource "secrets" in API group "" in the namespace "prod2"',
      'could not get secret: secrets "db" is forbidden: User "system:serviceaccount:prod2:default" cannot get resource "secrets"',
      'error getting secret: no matches for kind "SecretStore" in version "external-secrets.io/v1beta1"',
      'failed to get secret: secrets "db1creds" not found',
      'error getting token: User "arn:aws:sts::123456789012:assumed-role/node1Role/i-0a1b2c3d" cannot get resource "nodes"',
      'credentials: no EC2 IMDS role found, operation error ec2imds: GetMetadata',
      'password: not allowed for user app1user',
      'token: use v2beta1 API',
      'secret: must be in namespace prod2ns',
      'oidc: id token issued by a different provider, expected "https://a.example.com" got "https://b.example.com"',
      'verify token: oidc: expected audience "kube1api" got ["x"]',
      'token: invalid number of segments, expected 3 got 2',
      'secret: expected type kubernetes.io/tls, got Opaque',
      'secret: the type is Opaque',
      'tokens: the limit is 4096',
      'password: authentication failed, user is postgres',
    ])
      for (const one of [text, `{"msg":${JSON.stringify(text)}}`]) assert.equal(redactText(one), one);
    for (const text of [
      'password: invalid hunter2 for user bob',
      'password: expected hunter2/v1',
      'token: not found, system:hunter2',
      'token: the secret is hunter2',
      'token: expected "https://bob:hunter2@db"',
      'token: expected "https://db/?x=hunter2"',
      'password: the user is bob and it is hunter2',
      'secret: got "aB3dE5gH7jK9mN1pQ" for user "x"',
      'password: the code for user is hunter2',
      'PASS: TestLogin hunter2',
      '--- PASS: hunter2',
    ])
      assert.ok(!/hunter2|aB3dE/.test(redactText(text)), redactText(text));
  });

  it('is shown where it is about a flag', () => {
    for (const text of [
      'Flag --token has been deprecated, use --token-file instead',
      'error: --token is required',
      '--password must be set when --username is',
      '--token cannot be empty',
      'Must be specified when --service-account-signing-key is provided',
      'error: --password should not be used with --token',
    ])
      assert.equal(redactText(text), text);
    for (const flag of ['has', 'is', 'must', 'cannot', 'hunter2 is required', 'is hunter2', 'must be hunter2'])
      for (const text of [`login --password ${flag}`, `login --password ${flag} mydb`])
        assert.notEqual(redactText(text), text, text);
  });

  it('does not show the value among its words', () => {
    const words =
      'the an is was has not no invalid bad expected illegal unknown missing expired required only use using see found got received give call say from log open read get post parse json tls server resource status access forbidden response refreshed rotated created updated deleted loaded taken stored kept until every it'.split(
        ' ',
      );
    const forms = [
      'login failed, token: W V',
      'token: W V',
      'password: W the V',
      '{"msg":"password: W V"}',
      'token: W "V", got "V"',
      'password = W V',
      'the password is W V',
      'x password = W V',
      'password=W V',
      'password: "W V"',
      'container my-token: W V',
      'error fetching token: W V',
    ];
    for (const form of forms)
      for (const word of words)
        for (const value of ['hunter2', 'abc123def456', 'aB3dE5gH7jK9mN1pQ']) {
          const text = form.replace('W', word).replaceAll('V', value);
          assert.ok(!redactText(text).includes(value), text);
          assert.ok(!JSON.stringify(redact({ kind: 'X', status: { message: text } })).includes(value), text);
        }
    for (const text of [
      'password: use swordfish',
      'password: updated to swordfish',
      'password: use swordfish, and be quick',
      'password: use swordfish user=bob',
      'token: expected "swordfish", got "x"',
      'passphrase: the swordfish under the bridge',
      'failed to get token: swordfish horse battery staple',
      'cmd --password swordfish mydb',
      'password: correct swordfish',
      'the default is password: swordfish (change it)',
      'PASS: TestSwordfish',
      'PASS: Correct swordfish',
    ])
      assert.doesNotMatch(redactText(text), /swordfish/i);
    assert.equal(redactText('cmd --password access mydb'), 'cmd --password <redacted> mydb');
  });

  it('is hidden where it only looks so', () => {
    for (const text of ['PASS: hunter2', 'unexpected token: hunter2', 'password: 16 hunter2', 'key: x\nPASS: Hunter2'])
      assert.ok(!redactText(text).includes('unter2'), redactText(text));
  });
});
