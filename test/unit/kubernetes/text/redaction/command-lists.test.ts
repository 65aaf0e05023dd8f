import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

/** Commands with a credential, whose place is `V`. */
const COMMANDS = [
  ['--token', 'V', '--level=info'],
  ['run', '--db-password', 'V'],
  ['redis-cli', '-a', 'V', 'ping'],
  ['mysql', '-u', 'root', '-pV'],
  ['curl', '-u', 'bob:V', 'https://example.com'],
  ['sshpass', '-p', 'V', 'ssh', 'bob@host'],
];
const KEYS = ['command', 'args', 'cmd', 'entrypoint'];
type Form = (key: string, words: readonly string[]) => string;
const FORMS: Form[] = [
  (key, words) => `${key}:\n${words.map((word) => `- ${word}`).join('\n')}\nimage: x`,
  (key, words) => `    - name: a\n      ${key}:\n        ${words.map((word) => `- "${word}"`).join('\n        ')}`,
  (key, words) => `${key}: [${words.join(', ')}]`,
  (key, words) => `  ${key}: [${words.map((word) => `'${word}'`).join(',')}]`,
  (key, words) => JSON.stringify({ a: 1, [key]: words, b: 2 }),
  (key, words) => JSON.stringify({ [key]: words }, null, 2),
  (key, words) => JSON.stringify({ message: JSON.stringify({ [key]: words }) }),
  (key, words) => `${key.toUpperCase()} ${JSON.stringify(words)}`,
  (_, [first = '', ...others]) => `command: ["${first}"]\nargs: ${JSON.stringify(others)}`,
  (_, [first = '', ...others]) => `command:\n- ${first}\nargs:\n${others.map((word) => `- ${word}`).join('\n')}`,
];

describe('a command as a list in a text', () => {
  it('is read as one line, whatever its form', () => {
    const value = fc.constantFrom('hunter2', 'correct-horse', 'p@ss.w0rd');
    const words = fc.constantFrom(...COMMANDS);
    fc.assert(
      fc.property(fc.constantFrom(...FORMS), fc.constantFrom(...KEYS), words, value, (make, key, command, secret) => {
        const text = make(
          key,
          command.map((word) => word.replace('V', () => secret)),
        );
        assert.ok(!redactText(text).includes(secret), text);
        assert.ok(!JSON.stringify(redact({ kind: 'ConfigMap', data: { a: text } })).includes(secret), text);
      }),
      { numRuns: 1_000 },
    );
  });

  it('stays as it is but for its credential', () => {
    for (const make of FORMS)
      for (const key of KEYS)
        assert.equal(
          redactText(make(key, ['redis-cli', '-a', 'hunter2', 'ping'])),
          make(key, ['redis-cli', '-a', '<redacted>', 'ping']),
        );
  });

  it('hides words of several words whole', () => {
    assert.equal(redactText('args: [--password, "my long word"]'), 'args: [--password, "<redacted>"]');
  });

  it('shows what is no credential', () => {
    for (const text of [
      'args:\n- --token-file\n- /var/run/token\n- --v\n- "2"',
      'command: [sh, -c, "echo ready"]\nargs: []',
      'args: [--secret-name, db]\nname: x',
      '{"args":["--token","$(TOKEN)"]}',
    ])
      assert.equal(redactText(text), text);
  });
});
