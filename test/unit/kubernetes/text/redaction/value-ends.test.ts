import assert from 'node:assert/strict';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

/** Values of several parts: `¤` is in the last one. */
const FORMS = [
  "password: 'it''s-¤'",
  'password="a""b-¤"',
  "PASSWORD='it'\\''s-¤'",
  "IDENTIFIED BY 'a\\'¤'",
  "IDENTIFIED BY 'a''¤'",
  'the password is “correct ¤”',
  'INFO password: “correct ¤”',
  'password=«correct ¤»',
  "--password 'foo'¤",
  'password = "a" + "¤"',
  "password = 'a' . '¤'",
  '--password foo\\ ¤',
  'PASSWORD=foo\\ ¤',
  'Server=x;Password=my long ¤;Database=y',
  '"Server=x;Password=my long ¤"',
  'password: a\n  ¤',
  'password: a\n  b c\n  ¤\nnext: 1',
  'password: a\r\n  ¤\r\nnext: 1',
  '- password: a\n    ¤\n- x',
  'password = a b=¤',
];

describe('the end of a value', () => {
  for (const form of FORMS)
    it(`is not that of its first part: ${JSON.stringify(form)}`, () => {
      const text = form.replace('¤', 'hunter2');
      assert.ok(!redactText(text).includes('hunter2'), redactText(text));
      assert.ok(!JSON.stringify(redact({ kind: 'X', spec: { text } })).includes('hunter2'));
    });

  it('is where what follows is of something else', () => {
    for (const [text, shown] of [
      ['{"password":"a","user":"bob"}', '{"password":"<redacted>","user":"bob"}'],
      [`msg="password: 'abc'" level=info user="bob"`, `msg="password: '<redacted>'" level=info user="bob"`],
      ['password=abc; user=bob', 'password=<redacted>; user=bob'],
      ['Server=x;Password=abc;Database=y', 'Server=x;Password=<redacted>;Database=y'],
      ['password: abc\n  user: bob', 'password: <redacted>\n  user: bob'],
      ['password: abc\n  at com.example.A', 'password: <redacted>\n  at com.example.A'],
      ['password: abc\nbob', 'password: <redacted>\nbob'],
      ['password = abc # of bob', 'password = <redacted> # of bob'],
      ['password: abc, user: bob', 'password: <redacted> user: bob'],
    ] as const)
      assert.equal(redactText(text), shown);
  });
});
