import assert from 'node:assert/strict';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

const COMMANDS = [
  'ConvertTo-SecureString -String ¤ -AsPlainText -Force',
  'ConvertTo-SecureString ¤ -AsPlainText',
  "ConvertTo-SecureString -AsPlainText -Force -String '¤'",
  '"SET" "db:password" "¤"',
  '1700000000.0 [0 10.0.0.1:5000] "SETEX" "token" "60" "¤"',
  'sentinel auth-pass mymaster :¤',
  '"SET" "user:api_key" "¤"',
  'vault login ¤',
  'vault operator unseal ¤',
  'docker login --username=b -p¤ registry.example.com',
  "IDENTIFIED BY 'a\\'¤'",
];

describe('a command', () => {
  for (const command of COMMANDS)
    it(`does not show its credential: ${command}`, () => {
      const text = command.replace('¤', 'hunter2');
      assert.ok(!redactText(text).includes('hunter2'), redactText(text));
      assert.ok(!JSON.stringify(redact({ kind: 'X', spec: { note: text } })).includes('hunter2'));
    });

  it('is shown without one', () => {
    for (const text of [
      'vault login failed',
      'vault login -method=userpass',
      'docker login -u bob --password-stdin',
      '"SET" "page" "x1"',
      'ConvertTo-SecureString $password -AsPlainText',
      'cannot bind the SecureString',
      'Parameter type SecureString is not supported',
      '"set" "cache:key:1" "hello"',
    ])
      assert.equal(redactText(text), text);
  });
});
