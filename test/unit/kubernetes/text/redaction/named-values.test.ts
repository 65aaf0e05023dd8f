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
  '**Password:** `¤` (to be changed)',
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

describe('a pair of name and value', () => {
  it('may have other fields between', () => {
    for (const text of [
      '- name: DB_PASSWORD\n  description: x\n  required: y\n  value: ¤\n- name: other',
      '{\n  "name": "DB_PASSWORD",\n  "type": "x",\n  "sensitive": true,\n  "value": "¤"\n}',
      '<tr><th>Password</th><td>¤</td></tr>',
      'setx DB_PASSWORD ¤',
    ])
      assert.equal(redactText(text.replace('¤', 'hunter2')), text.replace('¤', '<redacted>'));
  });

  it('ends with its mapping', () => {
    const text = '- name: DB_PASSWORD\n  a: b\n  c: d\nother:\n  value: hunter2';
    assert.equal(redactText(text), text);
    const header = '<tr><th>Password</th><th>Host</th></tr>';
    assert.equal(redactText(header), header);
  });
});

describe('a name that is no value’s', () => {
  it('is that of code', () => {
    for (const text of [
      'password = var.db_password',
      'token = getToken()',
      'token = module.eks.token',
      'def login(user: str, password: str) -> None:',
      'function login(user: string, password: string)',
      'login(password=args.password)',
    ])
      assert.equal(redactText(text), text);
    for (const text of [
      'password = var.hunter2',
      'password = get(hunter2)',
      'password: string1',
      'token = args.aB3dE5gH7jK9mN1pQtoken',
    ])
      assert.notEqual(redactText(text), text);
  });
});

describe('what is said to be a value', () => {
  it('is hidden', () => {
    for (const text of [
      'the admin password has been set to ¤',
      'password for root set to ¤',
      'the password was updated to ¤',
      'password must be ¤',
      'Data\n====\npassword:\n----\n¤\n\nother:\n----\nx',
    ])
      assert.equal(redactText(text.replace('¤', 'hunter2')), text.replace('¤', '<redacted>'));
  });

  it('is shown where it is a condition', () => {
    for (const text of [
      'password must be longer than 8 characters',
      'password should be between 8 and 64 characters',
      'the password was reset to match the policy',
      'token will be refreshed',
      'notes:\n----\nhello',
    ])
      assert.equal(redactText(text), text);
  });
});

describe('the sign after a name', () => {
  for (const form of FORMS)
    it(`is shown, and the value is not: ${JSON.stringify(form)}`, () => {
      for (const value of VALUES) assert.equal(redactText(form.replace('¤', value)), form.replace('¤', '<redacted>'));
    });

  it('is none in what only looks so', () => {
    for (const text of [
      'if password == "" {',
      '* **auth:** Use new context for non-blocking token refresh',
      '* **auth/credentials:** Return certificate chain as subject token',
      'if (token !== undefined)',
      'if token != nil {',
      '--username\n--password\n--help',
      '  --password\n        the password of the user',
    ])
      assert.equal(redactText(text), text);
  });
});
