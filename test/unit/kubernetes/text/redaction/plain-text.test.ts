import assert from 'node:assert/strict';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';
import { plainPlaces, plainText, zeroViewsOf } from '../../../../../src/kubernetes/text/redaction/plain-text.ts';
import { processorTime } from '../../../../support/load.ts';

describe('plainText', () => {
  for (const [name, text, plain] of [
    ['colours', '\x1b[36mpassword\x1b[0m=\x1b[1;35mx\x1b[0m', 'password=x'],
    ['colours written into JSON', String.raw`\u001b[36mpassword\u001b[0m=\x1b[31mx\033[0m`, 'password=x'],
    ['8-bit controls', '\x9b36mtoken\x9b0m', 'token'],
    ['titles and links', '\x1b]0;title\x07a\x1b]8;;https://example.com\x1b\\b\x1b]8;;\x1b\\', 'ab'],
    ['other sequences', 'a\x1bcb\x1b(Bc\x1bP1;2q\x1b\\d', 'abcd'],
    ['what was struck over', 'p\bpa\ba', 'pa'],
    ['no width', 'pass\u200bwo\u2060rd\ufeff\u00ad\u202e', 'password'],
    ['control characters', 'a\x01b\x07c', 'abc'],
    ['zeros of UTF-16', 'p\0w\0=\0x\0', 'pw=x'],
    ['lines and tabs', 'a\tb\r\nc\n', 'a\tb\r\nc\n'],
    ['other languages', '密码: ключ é', '密码: ключ é'],
  ] as const) {
    it(`strips ${name}`, () => assert.equal(plainText(text), plain));
  }

  it('ends a line where a text in memory ends', () => {
    const memory = 'DEBUG=no\0PASSWD=hunter2\0HOME=/x\0';
    assert.equal(redactText(memory), 'DEBUG=no PASSWD=<redacted> HOME=/x ');
    const command = 'mysqld\0--password=hunter2\0--port=3306\0';
    assert.equal(redactText(command), 'mysqld --password=<redacted> --port=3306 ');
    const { plain, placeOf } = plainPlaces(`\x1b[1m${memory}`);
    assert.equal(placeOf(plain.indexOf('hunter2')), `\x1b[1m${memory}`.indexOf('hunter2'));
    for (const before of ['DEBUG=no', 'MODE=PROD', 'LANG=public', 'A=1', 'x'])
      for (const name of ['PASSWD', 'PW', 'API_KEY', 'PASS']) {
        const text = `${before}\0${name}=hunter2\0HOME=/root`;
        assert.equal(redactText(text), `${before} ${name}=<redacted> HOME=/root`);
        assert.ok(!JSON.stringify(redact({ kind: 'X', spec: { text } })).includes('hunter2'));
      }
  });

  it('shows no credential that a zero byte parts', () => {
    const texts = [
      'password=hunter2',
      'token: hunter2',
      'A=1 DB_PASSWORD=hunter2\nnext: 1',
      `ghp_${'aB3dE5gH7j'.repeat(4)}`,
    ];
    for (const text of texts) {
      const value = /hunter2|ghp_\w+/.exec(text)?.[0] ?? '';
      const parted = Array.from(text, (_, at) => `${text.slice(0, at)}\0${text.slice(at)}`);
      const wide = [1, 2, 3].flatMap((zeros) => [
        Array.from(text, (char) => '\0'.repeat(zeros) + char).join(''),
        Array.from(text, (char) => char + '\0'.repeat(zeros)).join(''),
      ]);
      for (const one of [...parted, ...wide])
        for (const shown of [redactText(one), JSON.stringify(redact({ kind: 'X', data: { a: one } }))])
          for (const part of [value.slice(0, 4), value.slice(-4)])
            assert.ok(!shown.replaceAll('\\u0000', '').includes(part), JSON.stringify([one, shown]));
    }
  });

  it('takes little time for any text', async () => {
    for (const part of [
      '\x1b[',
      '\x1b]',
      '\x1b[1;',
      '\\u001b[',
      '\x9b',
      '\b',
      '\u200b',
      '\x1bP',
      '\0',
      'a\0',
      '\0A',
      '=\0A',
    ]) {
      const took = await processorTime(() => zeroViewsOf(plainText(part.repeat(200_000))));
      assert.ok(took < 500, `${part}: ${took} ms`);
    }
  });
});
