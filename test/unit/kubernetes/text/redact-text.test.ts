import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redactText } from '../../../../src/kubernetes/text/redact-text.ts';
import { looksRandom } from '../../../../src/kubernetes/text/redaction/credential-values.ts';
import { processorTime } from '../../../support/load.ts';

const SECRETS = [
  'hunter2',
  'correct-horse/battery+staple==',
  'p@ss:w/rd?#[]',
  'ключ-от-двери',
  '$2b$12$abcdefghijklmnopqrstuv',
  'a,b;c|d',
  'semi;colon',
];

/** Where applications write credentials; `S` stands for one. */
const PLACES = [
  'password=S',
  'password: S',
  'PASSWORD=S level=info',
  'DB_PASSWORD=S',
  'db.password = S',
  '{"password":"S","level":"info"}',
  '{"password": "S"}',
  "{'api_key': 'S'}",
  '{"msg":"{\\"client_secret\\":\\"S\\",\\"x\\":1}"}',
  'connecting with passwd=S to db',
  'login --password S --verbose',
  'login --db-password=S',
  'token: S',
  'access_token=S&x=1',
  'GET /cb?refresh_token=S&state=1 200',
  'x-api-key: S',
  'AWS_SECRET_ACCESS_KEY=S',
  'Authorization: Bearer S',
  'authorization=Basic S',
  "curl -H 'Authorization: Token S' https://example.com",
  'using bearer  S-0123456789',
  'Cookie: session=S; theme=dark',
  'postgres://shop:S@db:5432/shop',
  'redis://:S@cache:6379',
  'AccountKey=S;EndpointSuffix=core',
];

const KEY_BODY = [
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj',
  'MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3S',
  'dGVzdA==',
];

describe('redactText', () => {
  for (const place of PLACES) {
    it(`hides the value in ${place}`, () => {
      for (const secret of SECRETS) {
        const text = place.replace(/(?<![A-Za-z_])S(?![A-Za-z_])/g, () => secret);
        const shown = redactText(text);
        assert.ok(!shown.includes(secret), `${text} → ${shown}`);
        assert.match(shown, /<redacted>/);
        assert.equal(redactText(shown), shown);
      }
    });
  }

  it('lets no generated secret through, and keeps the lines', () => {
    // Nothing that ends a value (whitespace, quotes, a query's &), no plain word (may be prose), no port with a path,
    // nothing that is the next flag, and nothing that says what is to be put in its place, as `<token>`.
    const secret = fc
      .stringMatching(/^[\w!#$%()*+,./:;<=>?@^~-]{8,40}$/)
      .filter((text) => !/^-{1,2}[A-Za-z][\w-]*(=|$)|^<\w+>[.,:;)]*$/.test(text))
      .filter((text) => !/^\w*$|^\d{1,5}[/?#]/.test(text) || /^\w*\d\w*$/.test(text));
    const frame = fc.constantFrom(
      'password=S',
      '{"token":"S"}',
      'Authorization: Bearer S',
      '--secret S',
      'api-key: S done',
      'redis://u:S@h/0',
    );
    fc.assert(
      fc.property(frame, secret, fc.array(fc.string()), (place, value, around) => {
        const text = [...around, place.replace(/(?<![A-Za-z_])S(?![A-Za-z_])/, () => value), ...around].join('\n');
        const shown = redactText(text);
        assert.equal(shown.split('\n').length, text.split('\n').length);
        assert.ok(!shown.includes(value), shown);
      }),
      { numRuns: 1_000 },
    );
  });

  it('lets no generated random value through under names that need one, whatever comes before and after', () => {
    const random = fc.stringMatching(/^[A-Za-z0-9+/_~$][A-Za-z0-9+/_~$-]{15,47}={0,2}$/).filter(looksRandom);
    const name = fc.constantFrom('session', 'auth', 'pin', 'sid', 'x-signature', 'psk', 'SESSION_ID', 'salt', 'seed');
    const written = fc.constantFrom('N=S', 'N: S', '"N":"S"', "'N': 'S'", '--N S', '--N=S', '?a=1&N=S', '<x N="S"/>');
    const before = fc.constantFrom('', '<x>', '</x>', '{', 'at="x" ', 'https://h/p?', 'a, ', '(');
    const after = fc.constantFrom('', '</x>', '<br/>', ',', ';', '}', ')', '&b=2', ' next', '", "b": 1', '\\n', ']]>');
    fc.assert(
      fc.property(name, written, random, before, after, (named, place, value, head, tail) => {
        const text = head + place.replace('N', named).replace(/(?<![A-Z_])S(?![A-Z_])/, () => value) + tail;
        const shown = redactText(text);
        assert.ok(!shown.includes(value), `${text} → ${shown}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('hides what stands beside a random part, too', () => {
    const token = 'aB3dE5gH7jK9mN1pQ';
    assert.equal(
      redactText(`session="${token} password=hunter2 at ${token}"`),
      'session="<redacted> password=<redacted> at <redacted>"',
    );
    assert.equal(redactText(`session="password=hunter2 ${token}"`), 'session="password=<redacted> <redacted>"');
    assert.equal(redactText(`session={"id":"${token}","user":"bob"}`), 'session={"id":"<redacted>","user":"bob"}');
    assert.equal(redactText('key=[shop/web app:api]'), 'key=[shop/web app:api]');
  });

  it('takes no row of a table of objects for a header', () => {
    for (const table of [
      'NAME\tREADY\tSECRET\tAGE\nweb\tTrue\tweb-tls\t5d',
      'NAME   STORE   CREDENTIALS\nweb    vault   vault-backend',
      'NAME\tTLS SECRET\nweb\tweb-tls-x7k2p9d4',
      'KIND\tNAME\tNAMESPACE\nSecret\tpassword\tshop\nConfigMap\tsettings\tshop',
      'Secret\tdb-password\tshop\nConfigMap\tsettings\tshop',
      'secrets\tv1\tSecret\nservices\tv1\tService',
      '[\n  "secrets",\n  "configmaps",\n  "pods"\n]',
    ])
      assert.equal(redactText(table), table);
  });

  it('hides the cells of credentials in a table, whatever its rows have', () => {
    assert.equal(
      redactText('id,password,,\n1,hunter2,,\n2,"a,""b",x,'),
      'id,password,,\n1,<redacted>,,\n2,"<redacted>",x,',
    );
    assert.equal(redactText('user\tpassword\nbob\thunter2\namy\t'), 'user\tpassword\nbob\t<redacted>\namy\t');
    assert.equal(
      redactText('| a | token |\n|---|---|\n| 1 | x9 |\nend'),
      '| a | token |\n|---|---|\n| 1 | <redacted> |\nend',
    );
  });

  it('knows the columns of a header of several words, which is no sentence', () => {
    for (const table of [
      'User name,Secret access key\nbob,hunter2',
      'ID;Secret\n1;hunter2',
      '"Login name","Admin password"\n"bob","hunter2"',
      '| User name | Login PIN |\n|---|---|\n| bob | hunter2 |',
      '用户名,密码\nbob,hunter2',
    ])
      assert.ok(!redactText(table).includes('hunter2'), redactText(table));
    for (const table of [
      '| Matcher type | Condition to pass |\n|---|---|\n| `string` | Exact match |',
      'cat file | grep token\nsort | uniq',
      'Ask for a password, then\ngo on, please',
    ])
      assert.equal(redactText(table), table);
  });

  it('ends a value at the end of its element, and not at what only begins like it', () => {
    assert.match(redactText('password=)</a/)^$.,('), /^password=<redacted>$/);
    assert.match(redactText('<x>password=hunter2abc</x>'), /^<x>password=<redacted><\/x>$/);
    assert.match(redactText('<a b="c">x <e/> password=hunter2abc</a>'), /password=<redacted><\/a>$/);
    // Under a name that needs a random value, what closes an element is none of it, begun before or not.
    for (const before of ['<x>session=', 'session=', '--session ', `${'<y>'.repeat(2_000)} session=`])
      assert.ok(redactText(`${before}aB3dE5gH7jK9mN1pQ</x>`).endsWith('<redacted></x>'), before.slice(-12));
    for (const value of [',</a>+)a', 'x</b>hunter2', '</a></b>hunter2abc', 'hunter2</ab>9', '<a>hunter2</a>9'])
      for (const before of ['', '<ab>', '</a>', '<x>'])
        assert.ok(!redactText(`${before}password=${value}`).includes(value), `${before}password=${value}`);
  });

  it('takes what begins like a flag for the value that it is', () => {
    assert.match(redactText('--secret -a=;>~$.;,%'), /^--secret <redacted>$/);
    assert.equal(redactText('--token-file -v=2 --secret'), '--token-file -v=2 --secret');
  });

  it('hides tokens that say themselves what they are', () => {
    for (const token of [
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_def-x',
      'ghp_0123456789abcdefghijABCDEFGHIJ012345',
      'AKIAIOSFODNN7EXAMPLE',
      'xoxb-1234567890-abcdefghij',
    ]) {
      assert.match(redactText(`got ${token} from upstream`), /^got <redacted> from upstream$/);
    }
  });

  it('hides private keys, whole, cut at either end, in one line, and keeps the lines around them', () => {
    const begin = '-----BEGIN RSA PRIVATE KEY-----';
    const end = '-----END RSA PRIVATE KEY-----';
    const shownOf = (...lines: string[]) => redactText(lines.join('\n')).split('\n');
    const none = (lines: string[]) => KEY_BODY.every((part) => !lines.some((line) => line.includes(part)));

    const whole = shownOf('before', begin, ...KEY_BODY, end, 'after');
    assert.ok(none(whole));
    assert.deepEqual([whole.length, whole[0], whole.at(-1)], [7, 'before', 'after']);
    assert.ok(none(shownOf(begin, ...KEY_BODY)));
    const tail = shownOf('before', ...KEY_BODY, end, 'after');
    assert.ok(none(tail));
    assert.deepEqual([tail[0], tail.at(-1)], ['before', 'after']);
    assert.ok(none(shownOf(`{"tls":"${[begin, ...KEY_BODY, end].join('\\n')}","level":"info"}`)));
    assert.match(shownOf(`{"tls":"${[begin, ...KEY_BODY, end].join('\\n')}","level":"info"}`).join(), /"level":"info"/);
    assert.ok(none(shownOf(...KEY_BODY.slice(0, 1))));
  });

  it('leaves alone what is no credential', () => {
    for (const text of [
      'GET /api/products?page=2 HTTP/1.1" 200',
      'https://example.com:8080/a?mail=a@b.c',
      'secret "db-credentials" not found',
      "couldn't find key password in Secret shop/db-credentials",
      'MountVolume.SetUp failed for volume "tls" : secret "shop-tls" not found',
      'secrets "foo" is forbidden: User "bob" cannot get resource "secrets" in API group ""',
      'secretName: shop-tls',
      'token_file=/var/run/secrets/token',
      'prompt_tokens=123 total_tokens: 456',
      'basic authentication failed',
      'the token expired',
      'password: null, token=false',
      '2f5c1e9d4b7a8f0e6d3c2b1a0f9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a2f1e',
      'Back-off restarting failed container payments in pod payments-1_shop(3d4d1be1-fce4)',
    ]) {
      assert.equal(redactText(text), text);
    }
  });

  it('takes little time for any text', async () => {
    const hostile = [
      '://a:',
      '://a:@',
      'password',
      'password=\\',
      'token:"',
      'eyJaaaaaaaa.',
      '--a',
      'bearer ',
      '-----BEGIN ',
      '\\"',
      ' ',
      'A',
      'authorization:',
      'password:"\\\\',
      '\\',
    ];
    for (const [first, part] of hostile.flatMap((one) => ['', 'token='].map((start) => [start, one] as const))) {
      const text = first + part.repeat(Math.ceil(200_000 / part.length));
      const took = await processorTime(() => redactText(text));
      assert.ok(took < 1_000, `${part}: ${took.toFixed(0)} ms`);
    }
  });
});
