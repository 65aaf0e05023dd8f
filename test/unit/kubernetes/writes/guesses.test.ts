import assert from 'node:assert/strict';
import { Guesses } from '../../../../src/kubernetes/writes/guesses.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db' },
  data: { password: base64('hunter2'), pin: base64('7391') },
};
const env = (value: string) => ({
  spec: {
    containers: [
      {
        name: 'web',
        image: 'nginx',
        env: [
          { name: 'MODE', value: 'fast' },
          { name: 'DB_PASSWORD', value },
        ],
      },
    ],
  },
});
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, ...env('hunter2-of-old') };

describe('guesses', () => {
  for (const [what, live, content, found] of [
    ['a value for data', secret, { data: { password: base64('x') } }, true],
    ['a value for stringData', secret, { stringData: { pin: 'x' } }, true],
    ['null', secret, { data: { password: null } }, true],
    ['a new key', secret, { data: { other: 'x' } }, false],
    ['a marker', secret, { data: { password: '<redacted #0a1b>' } }, false],
    ['a label', secret, { metadata: { labels: { a: 'hunter2' } } }, false],
    ['a variable', pod, env('x'), true],
    [
      'a variable in another place of the list',
      pod,
      { spec: { containers: [{ name: 'web', env: [{ name: 'DB_PASSWORD', value: 'x' }] }] } },
      true,
    ],
    ['an image', pod, { spec: { containers: [{ name: 'web', image: 'x' }] } }, false],
  ] as const) {
    it(`${found ? 'are' : 'are not'} in ${what}`, () => assert.equal(new Guesses(live).areIn(content), found));
  }

  it('are hidden from the server when they are right, and only then', () => {
    const wrong = { data: { password: base64('hunter3') } };
    assert.equal(new Guesses(secret).hiddenFrom(wrong), wrong);
    const right = { data: { password: base64('hunter2'), pin: base64('7391') } };
    const hidden = new Guesses(secret).hiddenFrom(right);
    assert.deepEqual(hidden, { data: { password: base64('iunter2'), pin: base64('8391') } });
    assert.deepEqual(new Guesses(secret).restoredIn({ ...secret, ...hidden }), secret);
  });

  it('are hidden as numbers of any size, within 64 bits', () => {
    for (const password of [7391, 12345678901234567n, 9223372036854775807n, -9223372036854775808n]) {
      const live = { apiVersion: 'shop.example.com/v1', kind: 'Login', spec: { password } };
      const hidden = new Guesses(live).hiddenFrom({ spec: { password } }) as typeof live;
      assert.notEqual(hidden.spec.password, password);
      assert.equal(typeof hidden.spec.password, typeof password);
      assert.equal(BigInt.asIntN(64, BigInt(hidden.spec.password)), BigInt(hidden.spec.password));
    }
  });

  it('are right in each way of writing the same bytes', () => {
    for (const content of [
      { data: { password: `${base64('hunter2')}\n` } },
      { data: { password: base64('hunter2').replace(/=+$/, '') } },
      { stringData: { password: 'hunter2' } },
    ])
      assert.notDeepEqual(new Guesses(secret).hiddenFrom(content), content);
  });

  it('keep what is shown of a text', () => {
    const properties = (password: string) => ({
      data: { 'app.properties': `user=shop\npassword=${password}\nmode=fast` },
    });
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, ...properties('hunter2-of-old') };
    assert.deepEqual(new Guesses(map).hiddenFrom(properties('hunter2-of-old')), properties('iunter2-of-old'));
  });

  it('may not be taken from a list by their value', () => {
    const tool = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { args: ['--password=hunter2-of-old'] },
    };
    const content = { spec: { '$deleteFromPrimitiveList/args': ['--password=x'] } };
    assert.throws(() => new Guesses(tool).areIn(content), /names members of a list that holds redacted ones/);
    const harmless = { metadata: { '$deleteFromPrimitiveList/finalizers': ['x'] } };
    assert.equal(new Guesses(tool).areIn(harmless), false);
  });
});
