import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Cluster } from '../../../../src/kubernetes/client/cluster.ts';
import { Credentials } from '../../../../src/kubernetes/client/credentials.ts';
import { findContext, loadKubeconfig } from '../../../../src/kubernetes/client/kubeconfig.ts';
import { createAuthority } from '../../../cluster/certificates.ts';

/** Seconds since 1970. */
const now = () => Math.floor(Date.now() / 1000);
let serial = 0;
/** A token that nobody else has. */
const idToken = (exp: number) => {
  serial += 1;
  const parts = [{ alg: 'RS256' }, { sub: 'me', exp, jti: serial }];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), 'c2ln'].join('.');
};

interface Asked {
  authorization: string | undefined;
  form: Record<string, string>;
}

describe('an OIDC login', () => {
  let server: Server;
  let issuer: string;
  let ca: string;
  let folder: string;
  let path: string;
  /** The forms that the issuer got. */
  const asked: Asked[] = [];
  /** What it answers. */
  let answer: (asked: Asked) => [status: number, content: object];
  let life = 3600;
  const { XDG_CACHE_HOME } = process.env;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oidc-'));
    process.env.XDG_CACHE_HOME = join(folder, 'cache');
    const authority = await createAuthority('test');
    ca = Buffer.from(authority.certificate).toString('base64');
    const { public: cert, private: key } = await authority.issue({ name: 'issuer', hosts: ['127.0.0.1'] });
    server = createServer({ cert, key }, async (request, response) => {
      const { url, headers } = request;
      const form = Object.fromEntries(new URLSearchParams(await text(request)));
      const question = { authorization: headers.authorization, form };
      const [status, content] =
        url === '/realm/.well-known/openid-configuration'
          ? [200, { issuer, token_endpoint: `${issuer}/token` }]
          : answer(question);
      if (url === '/realm/token') asked.push(question);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}/realm`;
  });
  after(async () => {
    server.close();
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    asked.length = 0;
    life = 3600;
    serial += 1;
    // Logins are shared by all that have the same kubeconfig.
    path = join(folder, `config-${serial}`);
    answer = () => [200, { id_token: idToken(now() + life) }];
  });

  /** A kubeconfig as somebody wrote it, with a comment. */
  const written = (config: Record<string, string>) => {
    const own = { 'idp-issuer-url': issuer, 'client-id': 'kube', 'idp-certificate-authority-data': ca, ...config };
    const lines = Object.entries(own).map(([name, value]) => `        ${name}: ${value}\n`);
    return `# mine
contexts: [{ name: c, context: { cluster: a, user: u } }]
clusters: [{ name: a, cluster: { server: https://127.0.0.1:1 } }]
users:
- name: u
  user:
    auth-provider:
      name: oidc
      config:
${lines.join('')}`;
  };
  const connect = async () => new Credentials(findContext(await loadKubeconfig([path]), 'c'));
  /** The token of a new connection, which a request and a WebSocket have both. */
  async function token(given?: Credentials): Promise<string> {
    const credentials = given ?? (await connect());
    const { headers } = await credentials.authorize();
    assert.deepEqual((await credentials.socketOptions()).headers, headers);
    if (!given) credentials.close();
    return String(headers.Authorization).replace('Bearer ', '');
  }

  it('is its id-token until that ends', async () => {
    const current = idToken(now() + 60);
    await writeFile(path, written({ 'id-token': current, 'refresh-token': 'r' }));
    assert.equal(await token(), current);
    assert.deepEqual(asked, []);
  });

  it('is renewed once for all that wait for it, and all that connect later', async () => {
    const ended = written({ 'id-token': idToken(now() + 5), 'refresh-token': 'r', 'client-secret': 's3 cret' });
    await writeFile(path, ended);
    const credentials = await connect();
    const tokens = await Promise.all([token(), token(), token(credentials)]);
    credentials.reconnect(credentials.generation);
    tokens.push(await token(credentials), await token());
    credentials.close();
    assert.equal(new Set(tokens).size, 1);
    const authorization = `Basic ${Buffer.from('kube:s3+cret').toString('base64')}`;
    assert.deepEqual(asked, [{ authorization, form: { grant_type: 'refresh_token', refresh_token: 'r' } }]);
    // The issuer has not replaced the refresh token, so all that was written is still good.
    assert.equal(await readFile(path, 'utf8'), ended);
  });

  it('is no other connection when its tokens are renewed and written', async () => {
    answer = () => [200, { id_token: idToken(now() + life), refresh_token: 'next-token' }];
    await writeFile(path, written({ 'id-token': idToken(now() + 5), 'refresh-token': 'first-token' }));
    const cluster = new Cluster({
      ...{ kubeconfig: [path], permit: undefined },
      rules: { namespaces: [], requestRefusal: () => undefined },
    });
    const connection = await cluster.connect();
    await token();
    assert.match(await readFile(path, 'utf8'), /refresh-token: next-token/);
    assert.equal(await cluster.connect(), connection);
    // Another login by the user is taken over without one, too.
    const own = idToken(now() + 600);
    await writeFile(path, written({ 'id-token': own, 'refresh-token': 'own-token' }));
    assert.equal(await cluster.connect(), connection);
    assert.equal(await token(), own);
    await writeFile(path, written({ 'id-token': own, 'refresh-token': 'own-token', 'client-id': 'other' }));
    assert.notEqual(await cluster.connect(), connection);
    cluster.close();
  });

  it('is not asked for again at once when its renewal was refused', async () => {
    answer = () => [400, { error: 'invalid_grant' }];
    await writeFile(path, written({ 'refresh-token': 'spent' }));
    for (let times = 0; times < 3; times += 1) await assert.rejects(token(), /invalid_grant/);
    assert.equal(asked.length, 1);
    answer = () => [200, { id_token: idToken(now() + life) }];
    await writeFile(path, written({ 'refresh-token': 'good' }));
    await token();
  });

  it('is renewed without an id-token, and as a client without a secret, or with one in the form', async () => {
    await writeFile(path, written({ 'refresh-token': 'r' }));
    await token();
    assert.deepEqual(asked.at(-1)?.form, { grant_type: 'refresh_token', refresh_token: 'r', client_id: 'kube' });
    answer = ({ authorization }) =>
      authorization ? [401, { error: 'invalid_client' }] : [200, { id_token: idToken(now() + life) }];
    await writeFile(path, written({ 'refresh-token': 'r', 'client-secret': 's' }));
    await token();
    assert.equal(asked.at(-1)?.form.client_secret, 's');
    assert.equal(asked.length, 3);
  });

  it('is renewed each time that it ends, with the refresh token of the last time, also after a restart', async () => {
    let good = 'refresh-token-0';
    answer = ({ form }) => {
      if (form.refresh_token !== good) return [400, { error: 'invalid_grant' }];
      good = `refresh-token-${asked.length + 1}`;
      return [200, { id_token: idToken(now() + life), refresh_token: good }];
    };
    life = 1;
    const first = idToken(now() - 60);
    const before = written({ 'id-token': first, 'refresh-token': good });
    await writeFile(path, before, { mode: 0o640 });
    await chmod(path, 0o640);
    await symlink(path, `${path}-link`);
    path = `${path}-link`;
    const old = await connect();
    const second = await token(old);
    const expected = before.replace(first, second).replace('refresh-token-0', 'refresh-token-1');
    assert.equal(await readFile(path, 'utf8'), expected);
    assert.equal((await stat(path)).mode & 0o777, 0o640);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => /lock|^\./.test(name)),
      [],
    );
    // A connection that has not heard of the new ones.
    old.reconnect(old.generation);
    assert.equal(await token(old), second);
    old.close();
    assert.equal(await token(), second);
    assert.equal(asked.length, 1);
  });

  it('goes on with the tokens that another process has written meanwhile', async () => {
    await writeFile(path, written({ 'id-token': idToken(now() - 60), 'refresh-token': 'old-token' }));
    const credentials = await connect();
    const renewed = idToken(now() + 60);
    await writeFile(path, written({ 'id-token': renewed, 'refresh-token': 'new-token' }));
    assert.equal(await token(credentials), renewed);
    credentials.close();
    assert.deepEqual(asked, []);
  });

  it('is that of the kubeconfig’s last change, whatever an older connection began with', async () => {
    const [one, other] = [idToken(now() + 60), idToken(now() + 60)];
    await writeFile(path, written({ 'id-token': one, 'refresh-token': 'first-token' }));
    const old = await connect();
    assert.equal(await token(old), one);
    await writeFile(path, written({ 'id-token': other, 'refresh-token': 'other-token' }));
    assert.equal(await token(), other);
    old.reconnect(old.generation);
    assert.equal(await token(old), other);
    old.close();
  });

  it('changes no kubeconfig in any other place than its tokens', async () => {
    answer = () => [200, { id_token: idToken(now() + life), refresh_token: 'next' }];
    // The token is also the end of another word.
    const before = written({ 'id-token': idToken(now() - 60), 'refresh-token': 'cube', 'client-id': 'incube' });
    await writeFile(path, before);
    await token();
    assert.equal(await readFile(path, 'utf8'), before);
  });

  it('changes no kubeconfig that the user agreed to byte by byte', async () => {
    answer = () => [200, { id_token: idToken(now() + life), refresh_token: 'next-token' }];
    const before = written({ 'id-token': idToken(now() - 60), 'refresh-token': 'first-token' });
    await writeFile(path, before);
    const { StrangerPermit } = await import('../../../../src/kubernetes/client/kubeconfig-permit.ts');
    const permit = new StrangerPermit({
      places: [folder],
      agreement: async () => 'agreed',
      refusal: (refused) => new Error(refused),
    });
    const context = findContext(await loadKubeconfig([path], permit), 'c');
    const current = await token(new Credentials(context));
    assert.equal(await token(new Credentials(context)), current);
    assert.equal(asked.length, 1);
    assert.equal(await readFile(path, 'utf8'), before);
  });

  it('is never that of another kubeconfig’s user of the same name', async () => {
    const [one, other] = [idToken(now() + 60), idToken(now() + 60)];
    await writeFile(path, written({ 'id-token': one }));
    const first = await connect();
    path = `${path}-other`;
    await writeFile(path, written({ 'id-token': other }));
    assert.equal(await token(), other);
    assert.equal(await token(first), one);
    first.close();
  });

  const failures: [string, RegExp, () => Record<string, string>][] = [
    ['without a refresh token', /id-token has ended, and there is no refresh-token/, () => ({})],
    [
      'that the issuer refuses',
      /does not renew the id-token, which has ended \(invalid_grant\): log in again/,
      () => {
        answer = () => [400, { error: 'invalid_grant', error_description: 'secret-token is bad' }];
        return { 'refresh-token': 'secret-token' };
      },
    ],
    [
      'whose issuer sends no id-token',
      /sends no id-token/,
      () => {
        answer = () => [200, { access_token: 'secret-token' }];
        return { 'refresh-token': 'secret-token' };
      },
    ],
    [
      'whose issuer is another than its authority vouches for',
      /cannot be reached: its certificate is not signed by an authority that this machine trusts/,
      () => ({ 'refresh-token': 'secret-token', 'idp-certificate-authority-data': '""' }),
    ],
    [
      'whose issuer would get it in clear text',
      /with https:\/\/ only/,
      () => ({ 'refresh-token': 'secret-token', 'idp-issuer-url': issuer.replace('https', 'HTTP') }),
    ],
    [
      'whose issuer is no issuer',
      /answered 404 to the question where tokens are/,
      () => {
        answer = () => [404, {}];
        return { 'refresh-token': 'secret-token', 'idp-issuer-url': `${issuer}/none` };
      },
    ],
  ];
  for (const [name, expected, config] of failures)
    it(`${name} is an error, and says no token`, async () => {
      await writeFile(path, written({ 'id-token': idToken(now() - 60), ...config() }));
      await assert.rejects(token(), (error: Error) => {
        assert.match(error.message, expected);
        return !error.message.includes('secret-token');
      });
    });
});
