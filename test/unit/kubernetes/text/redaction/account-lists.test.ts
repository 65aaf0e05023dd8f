import assert from 'node:assert/strict';
import { redact } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

/** Lists of accounts, whose passwords are at `V1` and `V2`. */
const LISTS = [
  'KafkaServer {\n  org.apache.kafka.common.security.plain.PlainLoginModule required\n  user_admin="V1"\n  user_alice="V2";\n};',
  'Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_super="V1" user_bob = "V2"; };',
  'sasl.jaas.config=a.PlainLoginModule required user_admin="V1" user_bob="V2";',
  '{"jaas":"a.PlainLoginModule required user_admin=\\"V1\\" user_bob=\\"V2\\";"}',
  '#cloud-config\nchpasswd:\n  list: |\n    root:V1\n    bob:V2\n    amy:RANDOM\n  expire: False',
  'chpasswd:\n  expire: x\nchpasswd:\n  list:\n    - root:V1\n    - bob:V2\n    - amy:R\nnext: a:b',
  'chpasswd:\n  list:\n  - root:V1\n  - "bob:V2"\nnext: a:b',
  'chpasswd: {list: [root:V1, "bob:V2"], expire: false}',
  '"app" "V1"\n"bob" "V2"\n',
];

describe('a list of accounts', () => {
  it('shows no password', () => {
    for (const list of LISTS) {
      const text = list.replace('V1', 'hunter2').replace('V2', 'corr3ct-horse');
      assert.equal(redactText(text), list.replace(/V\d/g, '<redacted>'));
      const shown = JSON.stringify(redact({ kind: 'ConfigMap', data: { a: text } }));
      assert.ok(!/hunter2|corr3ct-horse/.test(shown), shown);
    }
  });

  it('shows none in short strings of objects', () => {
    for (const text of ['chpasswd: {list: root:hunter2}', '"app" "hunter2"', 'x.LoginModule a user_b="hunter2";'])
      assert.ok(!JSON.stringify(redact({ spec: { note: text } })).includes('hunter2'), text);
  });

  it('is none where there are other pairs', () => {
    for (const text of [
      'user_agent="Mozilla/5.0" user_id="u123"',
      '"en" "English"',
      '"GET / HTTP/1.1" "curl/8.5"',
      'list:\n- root:x1',
      'chpasswd:\n  expire: false\nlist: [a:b1]',
    ])
      assert.equal(redactText(text), text);
  });
});
