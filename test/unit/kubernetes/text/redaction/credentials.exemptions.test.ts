import assert from 'node:assert/strict';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

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
