import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { SignJWT, UnsecuredJWT } from 'jose';
import { createAuthority } from '../cluster/certificates.ts';
import { unhurried } from '../support/load.ts';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { type HttpClient, HttpServer, INITIALIZE, type LogLine } from './http-process.ts';
import { SERVER } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';
import { TokenIssuer } from './token-issuer.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };

describe('authentication over HTTP', () => {
  let kubeconfig: string;
  let folder: string;
  const scratch = scratchNamespace();
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('admin');
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-http-'));
  });
  after(() => rm(folder, { recursive: true }));
  const start = (...args: string[]) => HttpServer.start(['--kubeconfig', kubeconfig, ...args]);

  async function file(name: string, content: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
    return path;
  }

  describe('with a configuration for callers', () => {
    const [alice, bob] = ['a'.repeat(32), 'b'.repeat(32)];
    const config = (callers: string) => `transport: streamable-http
auth-token-file: ${join(folder, 'people')}
allow-namespace: [shop]
callers:
${callers}`;
    const names = async ({ client }: HttpClient) => (await client.listTools()).tools.map(({ name }) => name);

    it('lets each do what is theirs, and takes over a change without losing a session', async () => {
      await file('people', `${alice},alice\n${bob},bob\n`);
      const path = await file('config.yaml', config('  - {users: [alice], enable-create: true, review: "off"}\n'));
      const server = await start('--config', path);
      const [first, second] = [await server.connect({ token: alice }), await server.connect({ token: bob })];
      const manifest = {
        manifest: `{apiVersion: v1, kind: ConfigMap, metadata: {name: by-bob, namespace: ${scratch.name}}}`,
      };
      assert.ok((await names(first)).includes('create_resource'));
      assert.ok(!(await names(second)).includes('create_resource'));
      assert.match(await second.call('create_resource', manifest), /create_resource is switched off/);
      assert.match(await first.call('create_resource', manifest), /outside of what is allowed here.*shop/);

      const told = new Promise<void>((resolve) =>
        second.client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve()),
      );
      await file(
        'config.yaml',
        config(`  - {users: [bob], allow-namespace: [${scratch.name}], enable-create: true}\n`),
      );
      await told;
      assert.ok((await names(second)).includes('create_resource'));
      assert.match(await second.call('list_resources', { kind: 'pods', namespace: 'shop' }), /outside of what is/);
      assert.match(await second.call('create_resource', manifest), /created/);
      assert.match(await first.call('create_resource', manifest), /create_resource is switched off/);

      await file('config.yaml', config('  - {users: [bob], enable-creat: true}\n'));
      const { message } = await server.logged(({ message }) => message.includes('not used'));
      assert.match(message, /config\.yaml: "callers\[0\]\.enable-creat" is no option.*Nearest: enable-create/);
      assert.ok((await names(second)).includes('create_resource'));
    });

    it('does not start with one that it does not understand', async () => {
      const path = await file('wrong.yaml', 'enable-creat: true\n');
      await assert.rejects(start('--config', path), /wrong\.yaml: "enable-creat" is no option/);
    });
  });

  describe('with a token file', () => {
    const alice = 'a'.repeat(32);
    const bob = 'b'.repeat(32);

    it('lets in who has one of the tokens, and says how to others', async () => {
      const server = await start('--auth-token-file', await file('tokens', `# people\n${alice},alice\n${bob}\n`));
      for (const headers of [{}, bearer('c'.repeat(32)), bearer(alice.slice(1)), { authorization: `Basic ${alice}` }]) {
        const answer = await server.post('/mcp', INITIALIZE, headers as Record<string, string>);
        assert.equal(answer.status, 401);
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="mcp-k8s"');
        assert.equal((await fetch(server.url('/sse'), { headers: headers as Record<string, string> })).status, 401);
      }
      for (const over of ['streamable-http', 'sse'] as const) {
        const { call } = await server.connect({ over, token: alice });
        assert.match(await call('list_resources', { kind: 'deploy', namespace: 'shop' }), /deployments\.apps/);
      }
      assert.equal((await fetch(server.url('/healthz'))).status, 200);
      assert.ok(!server.stderr.includes(alice));
    });

    it('keeps the session of one caller from another', async () => {
      const server = await start('--auth-token-file', await file('tokens', `${alice},alice\n${bob},bob\n`));
      const begun = await server.post('/mcp', INITIALIZE, bearer(alice));
      const session = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
      assert.equal((await server.post('/mcp', PING, { ...session, ...bearer(bob) })).status, 404);
      assert.equal((await server.post('/mcp', PING, { ...session, ...bearer(alice) })).status, 200);
      const stream = await fetch(server.url('/sse'), { headers: bearer(alice) });
      const reader = stream.body?.getReader();
      const path = /data: (.*)/.exec(new TextDecoder().decode((await reader?.read())?.value))?.[1] ?? '';
      assert.equal((await server.post(path, PING, bearer(bob))).status, 404);
      assert.equal((await server.post(path, PING, bearer(alice))).status, 202);
      await reader?.cancel();
    });

    it('ends what a revoked token has begun, and takes a new one, without a restart', async () => {
      const path = await file('tokens', `${alice},alice\n`);
      const server = await start('--auth-token-file', path);
      const { client, call } = await server.connect({ token: alice });
      const sse = await server.connect({ over: 'sse', token: alice });
      const ended = new Promise((resolve) => {
        sse.client.onerror = resolve;
      });
      await call('list_contexts');
      await file('tokens', `${bob},bob\n`);
      await ended;
      await assert.rejects(client.ping(), /401|not valid/);
      const { call: callAsBob } = await server.connect({ token: bob });
      assert.match(await callAsBob('list_contexts'), /admin/);
      await file('tokens', 'short\n');
      await server.logged(({ message }) => message.startsWith('The changed token file is not used'));
      assert.match(await callAsBob('list_contexts'), /admin/);
    });

    it('writes who wrote into the journal and the log', async () => {
      const journal = join(folder, 'journal.jsonl');
      const tokens = await file('tokens', `${alice},alice\n`);
      const server = await start('--auth-token-file', tokens, '--enable-create', '--journal', journal);
      const { call } = await server.connect({ token: alice });
      const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: by-alice, namespace: ${scratch.name} }\n`;
      assert.match(await call('create_resource', { manifest }), /by-alice/);
      const [entry] = (await readFile(journal, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        [entry.caller, entry.actor, entry.outcome, entry.name],
        ['alice', 'agent', 'applied', 'by-alice'],
      );
      const line = await server.logged(({ message }) => message === 'write');
      assert.deepEqual([line.caller, line.outcome, line.name], ['alice', 'applied', 'by-alice']);
    });
  });

  describe('with a token from stdin', () => {
    const token = 'd'.repeat(43);
    const args = ['--auth-token-stdin'];
    const startWith = (input: string) => HttpServer.start(['--kubeconfig', kubeconfig, ...args], {}, { input });

    it('lets in who has it, and says nothing of it anywhere', async () => {
      const server = await startWith(`${token},editor\n`);
      for (const headers of [{}, bearer('e'.repeat(43)), bearer('')]) {
        const answer = await server.post('/mcp', INITIALIZE, headers as Record<string, string>);
        assert.equal(answer.status, 401);
      }
      const { call } = await server.connect({ token });
      assert.match(await call('get_resource', { kind: 'ns', name: 'shop' }), /kind: Namespace/);
      assert.ok(server.log().some((line) => line.message === 'call' && line.caller === 'editor'));
      assert.ok(!server.stderr.includes(token));
    });

    it('ends with stdin, though clients are connected and a call is under way', async () => {
      const server = await startWith(`${token}\n`);
      const { client } = await server.connect({ token });
      const wait = { kind: 'ns', name: 'shop', for: 'deleted', timeoutSeconds: 60 };
      await new Promise<unknown>((resolve, reject) => {
        client
          .callTool({ name: 'wait_for_resource', arguments: wait }, undefined, { onprogress: resolve })
          .catch(reject);
      });
      const begin = performance.now();
      server.process.stdin?.end();
      assert.equal(await server.exited, 0);
      assert.ok(unhurried(performance.now() - begin) < 5_000);
      await assert.rejects(fetch(server.url('/healthz')));
    });

    it('ends when whoever started it is killed', async () => {
      const command = [SERVER, '--transport', 'sse', '--port', '0', '--kubeconfig', kubeconfig, ...args];
      const starter = `
        const { spawn } = require('node:child_process');
        const server = spawn(process.execPath, ${JSON.stringify(command)}, { stdio: ['pipe', 'inherit', 'pipe'] });
        server.stdin.write('${token}\\n');
        server.stderr.pipe(process.stdout);`;
      const parent = spawn(process.execPath, ['-e', starter], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = await once(parent.stdout, 'data');
      const { port } = JSON.parse(String(line)) as LogLine;
      // A new connection each time: an open one may be answered until the last moment.
      const alive = () =>
        new Promise<boolean>((resolve) => {
          const socket = connect(Number(port), '127.0.0.1', () => resolve(true));
          socket.once('connect', () => socket.destroy()).once('error', () => resolve(false));
        });
      assert.ok(await alive());
      parent.kill('SIGKILL');
      const deadline = Date.now() + 10_000;
      while ((await alive()) && Date.now() < deadline) await delay(50);
      assert.equal(await alive(), false);
    });

    it('is not served without one', async () => {
      await assert.rejects(startWith('\n'), /exited with 1: --auth-token-stdin needs a token/);
      await assert.rejects(startWith('short\n'), /exited with 1: A token has to be/);
    });
  });

  describe('with tokens of an OpenID Connect issuer', () => {
    let issuer: TokenIssuer;
    beforeEach(async () => {
      issuer = await TokenIssuer.start();
    });
    afterEach(() => issuer.stop());
    const oidc = () => ['--oidc-issuer-url', issuer.url, '--oidc-audience', 'mcp-k8s'];

    it('lets in only who has one that is signed, for this server, and not expired', async () => {
      const server = await start(...oidc());
      const status = async (token: string) => (await server.post('/mcp', INITIALIZE, bearer(token))).status;
      assert.equal(await status(await issuer.sign()), 200);
      const past = Math.floor(Date.now() / 1000) - 120;
      assert.equal(await status(await issuer.sign({ aud: 'another' })), 401);
      assert.equal(await status(await issuer.sign({ exp: past })), 401);
      assert.equal(await status(await issuer.sign({ exp: undefined })), 401);
      assert.equal(await status(await issuer.sign({ iss: 'https://other.example.com' })), 401);
      assert.equal(await status(await issuer.sign({ nbf: past + 600 })), 401);
      const claims = { iss: issuer.url, aud: 'mcp-k8s', sub: 'mallory', exp: past + 600 };
      assert.equal(await status(new UnsecuredJWT(claims).encode()), 401);
      // The public key, which anyone can read, used as an HMAC secret.
      const forged = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: issuer.keyId });
      assert.equal(await status(await forged.sign(Buffer.from(JSON.stringify(issuer.publicKey)))), 401);
      const [head, , signature] = (await issuer.sign()).split('.');
      const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url');
      assert.equal(await status([head, changed, signature].join('.')), 401);
    });

    it('tells clients where tokens come from', async () => {
      const server = await start(...oidc());
      const answer = await server.post('/mcp', INITIALIZE);
      const url = /resource_metadata="([^"]+)"/.exec(answer.headers.get('www-authenticate') ?? '')?.[1] ?? '';
      const { pathname } = new URL(url);
      assert.equal(pathname, '/.well-known/oauth-protected-resource/mcp');
      const answered = await (await fetch(server.url(pathname))).json();
      const metadata = answered as { resource: string; authorization_servers: string[] };
      assert.deepEqual(metadata.authorization_servers, [issuer.url]);
      assert.equal(metadata.resource, server.url('/mcp'));
      // As this client reaches it, whatever address it listens on.
      assert.equal(url, server.url('/.well-known/oauth-protected-resource/mcp'));
      const hidden = await start(...oidc(), '--public-url', 'https://tools.example.com/k8s/');
      const challenge = (await hidden.post('/mcp', INITIALIZE)).headers.get('www-authenticate');
      assert.match(
        challenge ?? '',
        /"https:\/\/tools\.example\.com\/k8s\/\.well-known\/oauth-protected-resource\/mcp"/,
      );
      const told = await (await fetch(hidden.url('/.well-known/oauth-protected-resource'))).json();
      assert.equal((told as { resource: string }).resource, 'https://tools.example.com/k8s/mcp');
    });

    it('follows the issuer to new keys, and asks for them no more often than it has to', async () => {
      const server = await start(...oidc());
      const status = async (token: string) => (await server.post('/mcp', INITIALIZE, bearer(token))).status;
      const old = await issuer.sign();
      for (let count = 0; count < 5; count += 1) assert.equal(await status(old), 200);
      assert.equal(issuer.reads, 1);
      await issuer.rotate();
      await until(async () => {
        assert.ok(issuer.reads < 5);
        return (await status(await issuer.sign())) === 200;
      });
      assert.equal(await status(old), 401);
      assert.ok(issuer.reads <= 3, `${issuer.reads} reads`);
    });

    it('says so when the issuer cannot be reached', async () => {
      const server = await start(...oidc());
      const token = await issuer.sign();
      issuer.stop();
      const answer = await server.post('/mcp', INITIALIZE, bearer(token));
      assert.equal(answer.status, 503);
    });

    it('acts as the user and groups that the claims name, and as nobody whom only Kubernetes may name', async () => {
      const { name: namespace } = scratch;
      await kubectl('create', 'rolebinding', 'oidc', '--clusterrole=view', '--group=oidc:readers', '-n', namespace);
      const server = await start(...oidc(), '--impersonate-user', 'email', '--impersonate-group', 'groups');
      const token = await issuer.sign({ email: 'alice@example.com', groups: ['oidc:readers'] });
      const { call } = await server.connect({ token });
      assert.match(await call('list_resources', { kind: 'configmap', namespace }), /kube-root-ca\.crt/);
      assert.match(await call('list_resources', { kind: 'configmap', namespace: 'shop' }), /alice@example\.com/);
      const stranger = await server.connect({ token: await issuer.sign({ email: 'bob@example.com', sub: 'bob' }) });
      assert.match(await stranger.call('list_resources', { kind: 'configmap', namespace }), /bob@example\.com/);
      const status = async (claims: object) =>
        (await server.post('/mcp', INITIALIZE, bearer(await issuer.sign({ ...claims })))).status;
      assert.equal(await status({ email: 'alice@example.com', groups: ['system:masters'] }), 403);
      assert.equal(await status({ email: 'system:admin' }), 403);
      assert.equal(await status({}), 403);
    });
  });

  describe('with tokens of Kubernetes', () => {
    const people = ['ann', 'ben'];
    const own: Record<string, { token: string; namespace: string }> = {};
    before(async () => {
      for (const name of people) {
        const namespace = `${scratch.name}-${name}`;
        await apply(`
{apiVersion: v1, kind: Namespace, metadata: {name: ${namespace}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: ${name}, namespace: ${namespace}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: view, namespace: ${namespace}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: ${name}, namespace: ${namespace}}]
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: of-${name}, namespace: ${namespace}}, data: {owner: ${name}}}
`);
        own[name] = { namespace, token: await kubectl('create', 'token', name, '-n', namespace) };
      }
    });
    after(() => kubectl('delete', 'namespace', ...people.map((name) => `${scratch.name}-${name}`), '--wait=false'));

    it('asks Kubernetes whose a token is', async () => {
      const server = await start('--token-review');
      const { token } = own.ann ?? { token: '' };
      const { call } = await server.connect({ token });
      assert.match(await call('list_resources', { kind: 'deploy', namespace: 'shop' }), /deployments\.apps/);
      const { caller } = await server.logged(({ message }) => message === 'call');
      assert.equal(caller, `system:serviceaccount:${own.ann?.namespace}:ann`);
      for (const wrong of [`${token}x`, 'nonsense', token.replace(/\.[^.]+$/, '.AAAA')])
        assert.equal((await server.post('/mcp', INITIALIZE, bearer(wrong))).status, 401);
    });

    it('takes only tokens for its audience', async () => {
      const server = await start('--token-review', '--token-review-audience', 'mcp-k8s');
      const { token = '', namespace = '' } = own.ann ?? {};
      assert.equal((await server.post('/mcp', INITIALIZE, bearer(token))).status, 401);
      const meant = await kubectl('create', 'token', 'ann', '-n', namespace, '--audience', 'mcp-k8s');
      assert.equal((await server.post('/mcp', INITIALIZE, bearer(meant))).status, 200);
    });

    it('says so when it may not ask', async () => {
      const viewer = (await testCluster()).kubeconfig('viewer');
      const server = await HttpServer.start(['--kubeconfig', viewer, '--token-review']);
      assert.equal((await server.post('/mcp', INITIALIZE, bearer(own.ann?.token ?? ''))).status, 503);
      await server.logged(({ message }) => message.includes('system:auth-delegator'));
    });

    it('hands the token on, so that two callers never see what is the other’s, at once and with caches warm', async () => {
      // The server's own rights are an admin's, so the callers' results are not from those.
      const server = await start('--pass-through');
      const clients: Record<string, HttpClient[]> = {};
      for (const name of people) {
        const { token = '' } = own[name] ?? {};
        clients[name] = await Promise.all([server.connect({ token }), server.connect({ over: 'sse', token })]);
      }
      const uri = (namespace: string, name: string) => `k8s:///${namespace}/configmaps/${name}.yaml`;
      const complete = async (client: HttpClient, namespace: string) => {
        const { completion } = await client.client.complete({
          ref: { type: 'ref/resource', uri: 'k8s:///{namespace}/{resource}/{name}.yaml' },
          argument: { name: 'name', value: '' },
          context: { arguments: { namespace, resource: 'configmaps' } },
        });
        return completion.values;
      };
      const check = async (name: string, other: string, client: HttpClient) => {
        const mine = own[name]?.namespace ?? '';
        const theirs = own[other]?.namespace ?? '';
        const get = { kind: 'configmap', name: `of-${name}`, namespace: mine };
        assert.match(await client.call('get_resource', get), new RegExp(`owner: ${name}`));
        assert.match(
          await client.call('get_resource', { ...get, name: `of-${other}`, namespace: theirs }),
          /forbidden/i,
        );
        assert.match(await client.call('list_resources', { kind: 'configmap', namespace: theirs }), /forbidden/i);
        assert.match(await client.call('list_resources', { kind: 'secret', namespace: mine }), /forbidden/i);
        assert.ok((await complete(client, mine)).includes(`of-${name}`));
        assert.deepEqual(await complete(client, theirs), []);
        await client.client.readResource({ uri: uri(mine, `of-${name}`) });
        await assert.rejects(client.client.readResource({ uri: uri(theirs, `of-${other}`) }), /forbidden/i);
        await assert.rejects(client.client.subscribeResource({ uri: uri(theirs, `of-${other}`) }), /forbidden/i);
      };
      for (let round = 0; round < 5; round += 1) {
        await Promise.all([
          ...(clients.ann ?? []).map((client) => check('ann', 'ben', client)),
          ...(clients.ben ?? []).map((client) => check('ben', 'ann', client)),
        ]);
      }
      assert.equal((await server.post('/mcp', INITIALIZE, bearer('nonsense-nonsense'))).status, 401);
      assert.equal((await server.post('/mcp', INITIALIZE)).status, 401);
    });

    it('goes on with a session when the caller comes with a new token', async () => {
      const server = await start('--pass-through');
      const { token = '', namespace = '' } = own.ann ?? {};
      let current = token;
      const { call } = await server.connect({ token: () => current });
      const get = { kind: 'configmap', name: 'of-ann', namespace };
      assert.match(await call('get_resource', get), /owner: ann/);
      current = await kubectl('create', 'token', 'ann', '-n', namespace, '--duration', '11m');
      assert.match(await call('get_resource', get), /owner: ann/);
    });

    it('acts as the account that Kubernetes says the token is of', async () => {
      const server = await start('--token-review', '--impersonate-user', 'username', '--impersonate-group', 'groups');
      const { token = '', namespace = '' } = own.ann ?? {};
      const { call } = await server.connect({ token });
      assert.match(await call('get_resource', { kind: 'configmap', name: 'of-ann', namespace }), /owner: ann/);
      assert.match(await call('list_resources', { kind: 'configmap', namespace: own.ben?.namespace }), /forbidden/i);
    });
  });

  it('serves HTTPS, and takes a new certificate without a restart', async () => {
    const authority = await createAuthority('test');
    const pair = async (name: string) => {
      const { public: cert, private: key } = await authority.issue({ name, hosts: ['localhost', '127.0.0.1'] });
      await file(`${name}.crt`, cert);
      await file(`${name}.key`, key);
    };
    await pair('first');
    await pair('second');
    const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    await copyFile(join(folder, 'first.crt'), certFile);
    await copyFile(join(folder, 'first.key'), keyFile);
    const server = await start('--tls-cert-file', certFile, '--tls-private-key-file', keyFile);
    const subject = async () => {
      const outgoing = get(server.url('/healthz'), { ca: authority.certificate, agent: false });
      const [response] = await once(outgoing, 'response');
      response.resume();
      return (response.socket as TLSSocket).getPeerCertificate().subject.CN;
    };
    assert.equal(await subject(), 'first');
    await copyFile(join(folder, 'second.crt'), certFile);
    await server.logged(({ message }) => message.startsWith('The changed certificate is not used'));
    assert.equal(await subject(), 'first');
    await copyFile(join(folder, 'second.key'), keyFile);
    await until(async () => (await subject()) === 'second');
  });
});
