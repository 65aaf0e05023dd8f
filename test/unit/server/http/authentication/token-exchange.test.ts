import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { IssuerAnswer } from '../../../../../src/server/http/authentication/issuer.ts';
import { TokenExchange } from '../../../../../src/server/http/authentication/token-exchange.ts';

const URL_OF_ISSUER = 'https://login.example.com';
const TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const jwt = (claims: object) =>
  `${[{ alg: 'ES256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2ln`;
const CALLER = jwt({ sub: 'alice', aud: 'mcp' });
const seconds = () => Math.floor(Date.now() / 1000);
const good = (more: object = {}) => ({
  access_token: jwt({ sub: 'alice', aud: ['kubernetes'], exp: seconds() + 300 }),
  token_type: 'Bearer',
  issued_token_type: TYPE,
  expires_in: 300,
  ...more,
});

interface Posted {
  form: URLSearchParams;
  headers: Record<string, string>;
}

/** An exchange at an issuer that answers like this. */
function exchanging(
  answer: (posted: Posted) => object | Promise<object>,
  { status = 200, metadata = {}, ...options }: { status?: number; metadata?: object; secretFile?: string } = {},
) {
  const posted: Posted[] = [];
  const logged: string[] = [];
  const exchange = new TokenExchange({
    ...{ audience: 'kubernetes', clientId: 'mcp:k8s', secretFile: undefined, scopes: ['api'], ...options },
    issuer: {
      url: URL_OF_ISSUER,
      endpoint: async () => `${URL_OF_ISSUER}/token`,
      metadata: async () => ({ ...metadata }),
      post: async (_, form, headers): Promise<IssuerAnswer> => {
        posted.push({ form, headers });
        return { status, text: JSON.stringify(await answer({ form, headers })) };
      },
    },
    log: (_, message) => void logged.push(message),
  });
  return { exchange, posted, logged };
}

describe('the exchange of a token', () => {
  it('asks for one for the API server, as the client of this server', async () => {
    const { exchange, posted } = exchanging(() => good());
    await exchange.tokensOf(CALLER).token();
    assert.deepEqual(Object.fromEntries(posted[0]?.form ?? []), {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: CALLER,
      subject_token_type: TYPE,
      requested_token_type: TYPE,
      audience: 'kubernetes',
      scope: 'api',
      client_id: 'mcp:k8s',
    });
    assert.deepEqual(posted[0]?.headers, {});
  });

  it('proves who it is in the way that the issuer knows, with the secret as it is now', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mcp-k8s-exchange-'));
    const secretFile = join(folder, 'secret');
    try {
      writeFileSync(secretFile, 'päss:1\n');
      const basic = exchanging(() => good(), { secretFile });
      await basic.exchange.tokensOf(CALLER).token();
      const [, login = ''] = basic.posted[0]?.headers.authorization?.split(' ') ?? [];
      assert.equal(Buffer.from(login, 'base64').toString(), 'mcp%3Ak8s:p%C3%A4ss%3A1');
      assert.equal(basic.posted[0]?.form.get('client_id'), null);
      const metadata = { token_endpoint_auth_methods_supported: ['client_secret_post'] };
      const post = exchanging(() => good(), { secretFile, metadata });
      writeFileSync(secretFile, 'two');
      await post.exchange.tokensOf(CALLER).token();
      assert.deepEqual(
        [post.posted[0]?.form.get('client_id'), post.posted[0]?.form.get('client_secret')],
        ['mcp:k8s', 'two'],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('happens once for all that wait, for each caller by themselves, and again at the end or after a refusal', async () => {
    let count = 0;
    const { exchange, posted } = exchanging(({ form }) => {
      count += 1;
      const { sub } = JSON.parse(
        Buffer.from(form.get('subject_token')?.split('.')[1] ?? '', 'base64url').toString(),
      ) as { sub: string };
      return good({ access_token: `${sub}-${count}` });
    });
    const [alice, bob] = [exchange.tokensOf(CALLER), exchange.tokensOf(jwt({ sub: 'bob', aud: 'mcp' }))];
    const all = await Promise.all([alice.token(), bob.token(), alice.token(), exchange.tokensOf(CALLER).token()]);
    assert.deepEqual(all, ['alice-1', 'bob-2', 'alice-1', 'alice-1']);
    assert.equal(posted.length, 2);
    alice.refused?.('another');
    alice.refused?.('bob-2');
    assert.deepEqual([await alice.token(), await bob.token()], ['alice-1', 'bob-2']);
    alice.refused?.('alice-1');
    await Promise.resolve();
    await new Promise(setImmediate);
    assert.deepEqual([await alice.token(), await bob.token()], ['alice-3', 'bob-2']);
    const short = exchanging(() => good({ access_token: 'opaque', expires_in: 0.000_001 }));
    const source = short.exchange.tokensOf(CALLER);
    await source.token();
    const begin = Date.now();
    while (Date.now() === begin) await new Promise(setImmediate);
    await source.token();
    assert.equal(short.posted.length, 2);
  });

  it('takes no answer of another kind than asked for, whatever it holds, and quotes none', async () => {
    const other = jwt({ sub: 'alice', aud: 'other' });
    for (const [wrong, problem] of [
      [{ access_token: undefined }, /no token/],
      [{ access_token: 7 }, /no token/],
      [{ access_token: 'a b\r\nX: y' }, /no token/],
      [{ token_type: 'N_A' }, /no bearer token/],
      [{ token_type: undefined }, /no bearer token/],
      [{ issued_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }, /another type/],
      [{ issued_token_type: 'urn:ietf:params:oauth:token-type:id_token' }, /another type/],
      [{ issued_token_type: undefined }, /another type/],
      [{ access_token: CALLER }, /the very token/],
      [{ access_token: other }, /a token for "other" rather than for "kubernetes"/],
      [{ access_token: jwt({ sub: 'alice' }) }, /a token for nobody/],
      [{ access_token: jwt({ aud: 'kubernetes', exp: seconds() - 5 }) }, /has ended/],
    ] as const) {
      const { exchange, logged } = exchanging(() => good(wrong));
      await assert.rejects(exchange.tokensOf(CALLER).token(), (error: Error) => {
        assert.match(error.message, problem);
        assert.ok(!`${error.message} ${logged.join()}`.includes(String(wrong.access_token ?? CALLER)));
        return true;
      });
    }
    const anything = fc.oneof(fc.jsonValue(), fc.constantFrom('Bearer', TYPE, CALLER, other));
    const fields = fc.record({ access_token: anything, token_type: anything, issued_token_type: anything });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fields, fc.jsonValue()), async (answer) => {
        const { exchange } = exchanging(() => answer as object);
        const token = await exchange
          .tokensOf(CALLER)
          .token()
          .catch(() => undefined);
        // What is not refused is a text of a token's letters, as asked for.
        assert.ok(token === undefined || (token !== CALLER && token !== other && /^[\w\-.~+/]+=*$/.test(token)));
      }),
    );
  });

  it('says what the issuer says, without the token that it may quote', async () => {
    const answer = {
      error: 'invalid_target',
      error_description: `no kubernetes\r\nfor ${CALLER} or ${CALLER.split('.')[1]}`,
    };
    const { exchange, logged, posted } = exchanging(() => answer, { status: 400 });
    await assert.rejects(exchange.tokensOf(CALLER).token(), (error: Error) => {
      assert.match(error.message, /gives no token for "kubernetes" \(invalid_target: no kubernetes for <redacted>/);
      assert.match(error.message, /The issuer gives no tokens for that audience/);
      for (const part of CALLER.split('.').filter(({ length }) => length > 8))
        assert.ok(!`${error.message}${logged.join()}`.includes(part));
      return true;
    });
    // The other requests of the call do not ask again.
    await assert.rejects(exchange.tokensOf(CALLER).token(), /invalid_target/);
    assert.equal(posted.length, 1);
    for (const odd of [{}, { error: 'constructor' }, { error: 'a\r\nb' }, { error: {} }])
      await assert.rejects(
        exchanging(() => odd, { status: 400 })
          .exchange.tokensOf(CALLER)
          .token(),
        /\((status 400|constructor)\)$/,
      );
    const down = exchanging(() => Promise.reject(new Error(`connect ECONNREFUSED`)));
    await assert.rejects(down.exchange.tokensOf(CALLER).token(), /cannot be asked for a token for "kubernetes"/);
    assert.match(down.logged[0] ?? '', /ECONNREFUSED/);
  });
});
