import assert from 'node:assert/strict';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

const VALUES = ['hunter2', 'swordfish'];

/** What stands between a name and its value, `¤`: only the value is hidden. */
const FORMS = [
  'rootpw: ¤',
  'bindpw = ¤',
  'requirepass: ¤',
  '<b>Password:</b> ¤',
  '<b>Password</b>: ¤',
  '<strong>Password:</strong> <code>¤</code>',
  'Password:<br>¤',
  'Password:&nbsp;¤',
  '**Password:** ¤',
  '**Password**: ¤',
  "password === '¤'",
  'if (password !== "¤")',
  "password ||= '¤'",
  'password += ¤',
  'password <- "¤"',
  'passwords["db"] = "¤"',
  "passwords['db-1'] = '¤'",
  '“password”: “¤”',
  '--password \\\n  ¤',
  'docker run \\\n  --password \\\n  ¤ \\\n  image',
  '--password=\\\n¤',
  'kubectl -n a create secret generic b \\\n  --from-literal=x=¤',
  '--user\nbob\n--password\n¤\n--verbose',
  'password: # of the database\n  ¤',
  'password: !!str\n  ¤',
  'password: &anchor\n  ¤',
  'password: !!str &anchor # both\n  ¤\nnext: 1',
];

describe('the sign after a name', () => {
  for (const form of FORMS)
    it(`is shown, and the value is not: ${JSON.stringify(form)}`, () => {
      for (const value of VALUES) assert.equal(redactText(form.replace('¤', value)), form.replace('¤', '<redacted>'));
    });

  it('is none in what only looks so', () => {
    for (const text of [
      'if password == "" {',
      'if (token !== undefined)',
      'if token != nil {',
      '--username\n--password\n--help',
      '  --password\n        the password of the user',
    ])
      assert.equal(redactText(text), text);
  });
});
