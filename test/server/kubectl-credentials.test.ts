import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { UserError } from '../../src/kubernetes/apimachinery/errors.ts';
import type { JsonObject } from '../../src/kubernetes/apimachinery/objects.ts';
import { ApiClient } from '../../src/kubernetes/client/client.ts';
import { findContext, loadKubeconfig } from '../../src/kubernetes/client/kubeconfig.ts';
import { assertUsable } from '../../src/kubernetes/client/kubeconfig-use.ts';
import { createAuthority } from '../cluster/certificates.ts';
import { SHORT_LIVED } from '../support/go.ts';
import { UNGUARDED } from '../support/unguarded.ts';
import { testCluster } from './environment.ts';

/** What arrives at a server: where, and as whom. */
interface Arrival {
  path: string | undefined;
  headers: Record<string, string[]>;
  certificate: unknown;
  name: unknown;
}

const V1BETA1 = 'client.authentication.k8s.io/v1beta1';
const PLUGIN = `echo '{"apiVersion":"${V1BETA1}","kind":"ExecCredential","status":{"token":"'"of-$A-$1"'"}}'`;

describe('who a kubeconfig says sends a request, beside kubectl', () => {
  const arrivals = new Map<string, Arrival>();
  let folder: string;
  let kubectl: string;
  let servers: http.Server[];
  let secure: string;
  let clear: string;
  let authority: JsonObject;
  let certificate: JsonObject;

  before(async () => {
    kubectl = (await testCluster()).kubectl;
    folder = await mkdtemp(join(tmpdir(), 'kubectl-credentials-'));
    const { certificate: ca, issue } = await createAuthority('authority');
    const own = await issue({ name: 'server', hosts: ['127.0.0.1', 'localhost', 'other.example'] });
    const me = await issue({ name: 'me' });
    const data = (text: string) => Buffer.from(text).toString('base64');
    authority = { 'certificate-authority-data': data(ca) };
    certificate = { 'client-certificate-data': data(me.public), 'client-key-data': data(me.private) };
    const tls = { key: own.private, cert: own.public, requestCert: true, rejectUnauthorized: false };
    servers = [https.createServer(tls, answer), http.createServer(answer)];
    const urls = await Promise.all(
      servers.map(async (server, index) => {
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return `${index === 0 ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
      }),
    );
    [secure = '', clear = ''] = urls;
    const files = { token: 'of-the-file\n', spaces: '  a b \n\n', empty: '', 'ca.crt': ca, 'me.crt': me.public };
    for (const [name, text] of Object.entries({ ...files, 'me.key': me.private, plugin: `#!/bin/sh\n${PLUGIN}\n` }))
      await writeFile(join(folder, name), text, { mode: 0o755 });
  });
  after(async () => {
    for (const server of servers) server.close();
    await rm(folder, { recursive: true });
  });

  // Each request names its case in the path, behind what the kubeconfig's server says.
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { socket, headersDistinct } = request;
    const url = new URL(`http://server${request.url}`);
    const who = Object.entries(headersDistinct).filter(([name]) => /^(authorization|impersonate-)/.test(name));
    const isTls = socket instanceof TLSSocket;
    arrivals.set(String(/case-\d+-\w+$/.exec(url.pathname)), {
      path: url.pathname.replace(/\/case-.*/, ''),
      headers: Object.fromEntries(who.map(([name, values]) => [name, values ?? []]).toSorted()),
      certificate: isTls ? socket.getPeerCertificate().subject?.CN : undefined,
      name: isTls ? 'servername' in socket && socket.servername : undefined,
    });
    response.setHeader('content-type', 'application/json').end('{}');
  }

  const exec = (more: JsonObject = {}) => ({
    exec: { apiVersion: V1BETA1, command: './plugin', args: ['x'], env: [{ name: 'A', value: 'e' }], ...more },
  });
  const idToken = (exp: number) =>
    `${[{ alg: 'none' }, { exp }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.s`;
  const oidc = (token: string) => ({
    'auth-provider': {
      name: 'oidc',
      config: { 'client-id': 'a', 'idp-issuer-url': 'https://127.0.0.1:1', 'id-token': token },
    },
  });

  it('is the same', async function () {
    this.timeout(180_000);
    const users: Record<string, JsonObject> = {
      token: { token: 't' },
      'a token with spaces': { token: ' t ' },
      'a token of two lines': { token: 't\nx' },
      'a token with an accent': { token: 'té' },
      'a file': { tokenFile: 'token' },
      'a file and a token': { tokenFile: 'token', token: 't' },
      'a file and a login': { tokenFile: 'token', username: 'u', password: 'p' },
      'an empty file and a token': { tokenFile: 'empty', token: 't' },
      'a missing file': { tokenFile: 'none' },
      'a missing file and a token': { tokenFile: 'none', token: 't' },
      'a folder': { tokenFile: '.' },
      'a folder and a token': { tokenFile: '.', token: 't' },
      'a file with spaces': { tokenFile: 'spaces' },
      'a login': { username: 'ü', password: 'p:é' },
      'a login without a password': { username: 'u' },
      'a certificate': certificate,
      'certificate files': { 'client-certificate': 'me.crt', 'client-key': 'me.key' },
      'a certificate and a token': { ...certificate, token: 't' },
      'a certificate and a file': { ...certificate, tokenFile: 'token' },
      'a certificate and a login': { ...certificate, username: 'u', password: 'p' },
      'a plugin': exec(),
      'a plugin and a token': { ...exec(), token: 't' },
      'a plugin and a file': { ...exec(), tokenFile: 'token' },
      'a plugin and a certificate': { ...exec(), ...certificate },
      'a plugin and a password': { ...exec(), password: 'p' },
      'a plugin that acts as someone': { ...exec(), as: 'jane' },
      'a plugin of v1': exec({ apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' }),
      'a plugin that always asks': exec({ interactiveMode: 'Always' }),
      'a plugin with a variable twice': exec({
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      }),
      'a plugin with empty words': exec({ args: [''], env: [{ name: 'A', value: '' }] }),
      'a plugin with nulls': exec({ args: null, env: null }),
      'acting as someone': {
        token: 't',
        as: 'jané',
        'as-uid': '7',
        'as-groups': ['a', 'b c', 'é'],
        'as-user-extra': { scopes: ['x', 'y'], 'Acme.com/P': ['z'], 'ü%': ['q é'] },
      },
      'acting as someone, with empty lists': { token: 't', as: 'jane', 'as-groups': [], 'as-user-extra': { a: [] } },
      'an id-token': oidc(idToken(4e9)),
      'an id-token that acts as someone': { ...oidc(idToken(4e9)), as: 'jane' },
      'an id-token and a token': { ...oidc(idToken(4e9)), token: 't' },
      'an id-token that has ended': oidc(idToken(1)),
      'an id-token that has ended, and a token': { ...oidc(idToken(1)), token: 't' },
      'another provider': { 'auth-provider': { name: 'gcp', config: {} } },
    };
    const clusters: Record<string, JsonObject> = {
      'an authority in a file': { server: secure, 'certificate-authority': 'ca.crt' },
      'another name': { server: secure, ...authority, 'tls-server-name': 'other.example' },
      'a wrong name': { server: secure, ...authority, 'tls-server-name': 'wrong.example' },
      'a wrong name that nobody checks': {
        server: secure,
        'insecure-skip-tls-verify': true,
        'tls-server-name': 'wrong.example',
      },
      'no authority': { server: secure },
      localhost: { server: secure.replace('127.0.0.1', 'localhost'), ...authority },
      'a path': { server: `${secure}/k8s/clusters/c-1`, ...authority },
      'a path with slashes': { server: `${secure}//k8s//`, ...authority },
      'a path with dots': { server: `${secure}/a/../b/./c`, ...authority },
      'a query': { server: `${secure}/a?x=y`, ...authority },
      'a login in the URL': { server: secure.replace('//', '//u:p%20@'), ...authority },
      capitals: { server: secure.replace('https', 'HTTPS'), ...authority },
      'no encryption': { server: clear },
      'no encryption, in capitals': { server: clear.replace('http', 'HTTP') },
      'no scheme': { server: clear.slice(7), ...authority },
      'no scheme and a path': { server: `${clear.slice(7)}/a` },
    };
    const cases = [
      ...Object.entries(users).map(([name, user]) => ({ name, user, cluster: { server: secure, ...authority } })),
      ...Object.entries(clusters).map(([name, cluster]) => ({ name, user: { token: 't', as: 'jane' }, cluster })),
    ];
    const different: string[] = [];
    const waiting = [...cases.entries()];
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, { name, user, cluster }] = next;
        const path = join(folder, `config-${index}`);
        await writeFile(path, config(cluster, user));
        const problem = await kubectlGets(path, `/case-${index}-kubectl`);
        const refusal = await weGet(path, `/case-${index}-ours`);
        const [theirs, ours] = ['kubectl', 'ours'].map((who) => arrivals.get(`case-${index}-${who}`));
        if (JSON.stringify(theirs) !== JSON.stringify(ours))
          different.push(
            `${name}\n  kubectl: ${JSON.stringify(theirs)} ${problem}\n  ours: ${JSON.stringify(ours)} ${refusal}`,
          );
      }
    };
    await Promise.all([work(), work(), work()]);
    assert.deepEqual(different, []);
  });

  it('is nobody only where the kubeconfig names nobody', async () => {
    const anonymous: [JsonObject, RegExp][] = [
      [{ tokenFile: 'empty' }, /the token file \S+empty is empty/],
      [oidc(idToken(1)), /its id-token has ended, and there is no refresh-token/],
    ];
    for (const [user, expected] of anonymous) {
      const path = join(folder, 'config-of-nobody');
      await writeFile(path, config({ server: secure, ...authority }, user));
      assert.match(await weGet(path, '/case-0-nobody'), expected);
      assert.equal(arrivals.has('case-0-nobody'), false);
    }
  });

  function config(cluster: JsonObject, user: JsonObject): string {
    return JSON.stringify({
      clusters: [{ name: 'a', cluster }],
      users: [{ name: 'a', user }],
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      'current-context': 'a',
    });
  }

  function kubectlGets(path: string, request: string): Promise<string> {
    return new Promise((resolve) => {
      const env = { PATH: process.env.PATH, HOME: '/nonexistent', ...SHORT_LIVED };
      execFile(kubectl, ['--kubeconfig', path, 'get', '--raw', request], { env }, (_, __, stderr) =>
        resolve(stderr),
      ).stdin?.end();
    });
  }

  async function weGet(path: string, request: string): Promise<string> {
    let client: ApiClient | undefined;
    try {
      const context = findContext(await loadKubeconfig([path]), 'a');
      assertUsable(context);
      client = new ApiClient(context, UNGUARDED);
      await client.json({ path: request });
      return '';
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error.message;
    } finally {
      client?.close();
    }
  }
});
