import assert from 'node:assert/strict';
import fc from 'fast-check';
import { oneLine } from '../../../../../src/kubernetes/text/one-line.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

const hex = (text: string) => text.charCodeAt(0).toString(16).padStart(2, '0');
const ENCODINGS: Record<string, (text: string) => string> = {
  'percent signs': (text) => text.replace(/\W/g, (char) => `%${hex(char)}`),
  entities: (text) => text.replace(/\W/g, (char) => `&#x${hex(char)};`),
  'escapes of JSON': (text) => text.replace(/\W/g, (char) => `\\u00${hex(char)}`),
  'base64 in a text': (text) => `CONFIG_B64=${Buffer.from(text).toString('base64')} # of the shop`,
  'base64 of UTF-16': (text) => `--data ${Buffer.from(text, 'utf16le').toString('base64')}`,
};
const FORMS: ((value: string) => string)[] = [
  (value) => `password=${value}`,
  (value) => JSON.stringify({ user: 'bob', password: value }),
  (value) => `https://bob:${value}@db/shop`,
  (value) => `curl -su bob:${value} db`,
  (value) => `<property><name>a.password</name><value>${value}</value></property>`,
  (value) => JSON.stringify({ name: 'password', value: { stringValue: value } }),
];
const value = fc.stringMatching(/^[a-z]{4}[0-9]{4}[A-Z]{4}$/);

describe('a credential in an encoding', () => {
  for (const [name, encoded] of Object.entries(ENCODINGS)) {
    it(`is redacted in ${name}, also within percent signs`, () => {
      fc.assert(
        fc.property(fc.constantFrom(...FORMS), value, (form, secret) => {
          const text = encoded(form(secret));
          for (const shown of [redactText(text), redactText(text.replaceAll('%', '%25'))]) {
            assert.ok(!shown.includes(secret), shown);
            assert.ok(shown.includes('<redacted>'), shown);
          }
        }),
        { numRuns: 60 },
      );
    });
  }

  it('is redacted where its name holds an escape of what cannot be seen', () => {
    const unseen = fc.constantFrom(
      '\0',
      '\u00ad',
      '\u034f',
      '\u115f',
      '\u200b',
      '\u202e',
      '\u3164',
      '\ufe0f',
      '\u{e0041}',
    );
    const escapes: ((sign: string) => string)[] = [
      (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`,
      (sign) =>
        JSON.stringify(sign)
          .slice(1, -1)
          .replace(/[^ -~]/g, (unit) => `\\u${`000${hex(unit)}`.slice(-4)}`),
      (sign) => `\\U${(sign.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
      (sign) => `&#${sign.codePointAt(0)};`,
      oneLine,
    ];
    fc.assert(
      fc.property(unseen, fc.constantFrom(...escapes), value, fc.nat(8), (sign, escaped, secret, at) => {
        const name = `${'password'.slice(0, at)}${escaped(sign)}${'password'.slice(at)}`;
        const shown = redactText(`${name}=${secret}`);
        assert.ok(!shown.includes(secret), shown);
      }),
    );
  });

  it('changes nothing that is no credential', () => {
    for (const text of [
      'GET /search?q=forgot%20password%3F&page=2',
      'https:\\/\\/example.com\\/a?b=%7B%22page%22%3A2%7D',
      '&lt;b&gt;5 &amp; 6&lt;/b&gt; \\u003cnil\\u003e',
      `CONFIG_B64=${Buffer.from('level=info\ncolour=blue\n').toString('base64')}`,
    ])
      assert.equal(redactText(text), text);
  });
});
