import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import { HttpServer, INITIALIZE } from './http-process.ts';
import { kubectl, scratchNamespace } from './scratch.ts';
import { TokenIssuer } from './token-issuer.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const deny = (response: ServerResponse) => {
  response.writeHead(201, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status: { authenticated: false } }));
};
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };

describe('an attacker over HTTP', () => {
  let kubeconfig: string;
  let folder: string;
  const scratch = scratchNamespace();
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('admin');
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-attacks-'));
  });
  after(() => rm(folder, { recursive: true }));
  const start = (...args: string[]) => HttpServer.start(['--kubeconfig', kubeconfig, ...args]);
  const tokens = async (...lines: string[]) => {
    const path = join(folder, 'tokens');
    await writeFile(path, `${lines.join('\n')}\n`);
    return ['--auth-token-file', path];
  };

  describe('with a token of an OpenID Connect issuer', () => {
    let issuer: TokenIssuer;
    beforeEach(async () => {
      issuer = await TokenIssuer.start();
    });
    afterEach(() => issuer.stop());
    const impersonating = () =>
      start(
        ...['--oidc-issuer-url', issuer.url, '--oidc-audience', 'mcp-k8s'],
        ...['--impersonate-user', 'email', '--impersonate-group', 'groups'],
      );

    it('becomes nobody else by a name that reads like the other’s once it is a header', async () => {
      await kubectl(
        ...['create', 'rolebinding', 'victims', '--clusterrole=view', '-n', scratch.name],
        ...['--user=victim@example.com', '--user=zoë@example.com'],
      );
      const server = await impersonating();
      const mine = { kind: 'configmap', namespace: scratch.name };
      const status = async (claims: object) =>
        (await server.post('/mcp', INITIALIZE, bearer(await issuer.sign({ ...claims })))).status;
      for (const email of [
        ' victim@example.com',
        'victim@example.com ',
        '\tvictim@example.com',
        'victim@example.com\r\n',
      ])
        assert.equal(await status({ email }), 403, JSON.stringify(email));
      for (const group of [
        ' system:masters',
        'system:masters ',
        '\tsystem:masters',
        'a\nImpersonate-Group: system:masters',
      ])
        assert.equal(await status({ email: 'eve@example.com', groups: [group] }), 403, JSON.stringify(group));
      // One name's UTF-8 bytes, read as Latin-1, are the other name.
      const bytes = Buffer.from('zoë@example.com').toString('latin1');
      const eve = await server.connect({ token: await issuer.sign({ sub: 'eve', email: bytes }) });
      assert.match(await eve.call('list_resources', mine), /forbidden/);
      const zoe = await server.connect({ token: await issuer.sign({ sub: 'zoë', email: 'zoë@example.com' }) });
      assert.match(await zoe.call('list_resources', mine), /kube-root-ca\.crt/);
      const li = await server.connect({ token: await issuer.sign({ sub: 'li', email: '李@example.com' }) });
      assert.match(await li.call('list_resources', mine), /李@example\.com/);
    });

    it('becomes nobody else by an address that nobody has verified', async () => {
      const server = await impersonating();
      const status = async (claims: object) =>
        (await server.post('/mcp', INITIALIZE, bearer(await issuer.sign({ ...claims })))).status;
      assert.equal(await status({ email: 'victim@example.com', email_verified: false }), 403);
      assert.equal(await status({ email: 'victim@example.com', email_verified: 'false' }), 403);
      assert.equal(await status({ email: 'victim@example.com', email_verified: true }), 200);
    });

    it('writes nothing into the log under the name of another', async () => {
      const server = await start('--oidc-issuer-url', issuer.url, '--oidc-audience', 'mcp-k8s');
      const token = await issuer.sign({ sub: 'eve-1', preferred_username: 'alice' });
      const { call } = await server.connect({ token });
      await call('delete_resource', { kind: 'pod', name: 'x' });
      const line = await server.logged(({ message }) => message === 'write');
      assert.deepEqual([line.caller, line.outcome], ['eve-1 (alice)', 'refused']);
    });

    it('with a key that does not exist neither makes the server ask on and on, nor forget the keys that it has', async () => {
      const server = await start('--oidc-issuer-url', issuer.url, '--oidc-audience', 'mcp-k8s');
      const status = async (token: string) => (await server.post('/mcp', PING, bearer(token))).status;
      const valid = await issuer.sign();
      assert.equal((await server.post('/mcp', INITIALIZE, bearer(valid))).status, 200);
      const stranger = await TokenIssuer.start();
      const forged = await stranger.sign({ iss: issuer.url }, 'no-such-key');
      stranger.stop();
      issuer.fail();
      const { asked } = issuer;
      // Until it fetches the key, at most once a second.
      await until(async () => {
        await status(forged);
        return issuer.asked > asked;
      });
      const statuses = await Promise.all(Array.from({ length: 50 }, () => status(forged)));
      assert.ok(issuer.asked - asked <= 3, `${issuer.asked - asked} requests`);
      for (const one of statuses) assert.ok(one === 401 || one === 503, String(one));
      assert.equal((await server.post('/mcp', INITIALIZE, bearer(valid))).status, 200);
    });
  });

  it('makes the server ask Kubernetes about so many unknown tokens, and those who were known stay let in', async () => {
    const proxy = await FaultProxy.start(kubeconfig);
    try {
      const server = await HttpServer.start(['--kubeconfig', proxy.kubeconfig, '--token-review']);
      const token = await kubectl('create', 'token', 'default', '-n', scratch.name);
      const status = async (one: string) => (await server.post('/mcp', INITIALIZE, bearer(one))).status;
      assert.equal(await status(token), 200);
      // A review takes no time here: even a slow machine sends more guesses than the limit takes.
      proxy.fail(({ path }) => path.endsWith('/tokenreviews'), { answer: deny });
      const from = performance.now();
      const seen: number[] = [];
      let guesses = 0;
      const guess = async () => {
        while (!seen.includes(429)) seen.push(await status(`guess-${guesses++}`));
      };
      await Promise.all(Array.from({ length: 50 }, guess));
      const seconds = (performance.now() - from) / 1_000;
      assert.deepEqual([...new Set(seen)].sort(), [401, 429]);
      const asked = seen.filter((one) => one === 401).length;
      assert.ok(asked <= 50 * (10 + seconds), `${asked} reviews within ${seconds} s`);
      // On a slow machine who was known is asked about once more.
      await proxy.heal();
      assert.equal(await status(token), 200);
    } finally {
      await proxy.stop();
    }
  });

  it('gets no more than its rate by naming sessions that do not exist', async () => {
    const server = await start('--rate-limit', '2', '--stateless', '--transport', 'streamable-http');
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async (_, id) => {
        const { status } = await server.post('/mcp', { ...PING, id }, { 'mcp-session-id': `made-up-${id}` });
        return status;
      }),
    );
    assert.ok(statuses.filter((status) => status === 429).length >= 30, statuses.join(' '));
  });

  it('opens no more sessions than there are by opening them all at once', async () => {
    const server = await start('--max-sessions', '3');
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async () => (await server.post('/mcp', INITIALIZE)).status),
    );
    assert.equal(statuses.filter((status) => status === 200).length, 3, statuses.join(' '));
    // A request that starts no session takes up no session slot.
    assert.equal(await server.stop(), 0);
    const other = await start('--max-sessions', '1');
    const wrong = { ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion: 7 } };
    assert.notEqual((await other.post('/mcp', [INITIALIZE, wrong, PING])).status, 200);
    assert.equal((await other.post('/mcp', INITIALIZE)).status, 200);
  });

  it('does not keep others out by taking all the sessions', async () => {
    const [mallory, alice] = ['m'.repeat(32), 'a'.repeat(32)];
    const server = await start('--max-sessions', '4', ...(await tokens(`${mallory},mallory`, `${alice},alice`)));
    const begin = async (token: string) => {
      const answer = await server.post('/mcp', INITIALIZE, bearer(token));
      await answer.text();
      return { status: answer.status, id: answer.headers.get('mcp-session-id') ?? '' };
    };
    for (const status of [200, 200, 200, 200, 503]) assert.equal((await begin(mallory)).status, status);
    const ids: string[] = [];
    for (const status of [200, 200, 503]) {
      const begun = await begin(alice);
      assert.equal(begun.status, status);
      if (status === 200) ids.push(begun.id);
    }
    assert.equal((await begin(mallory)).status, 503);
    for (const id of ids)
      assert.equal((await server.post('/mcp', PING, { ...bearer(alice), 'mcp-session-id': id })).status, 200);
  });

  it('gets a plain answer to a Host that makes no sense, and /metrics under no foreign one', async () => {
    const server = await start();
    const status = (path: string, host: string) =>
      new Promise<number>((resolve, reject) => {
        const outgoing = request(server.url(path), { method: 'POST', headers: { host } });
        outgoing.once('error', reject).once('response', (response) => resolve(response.resume().statusCode ?? 0));
        outgoing.setHeader('content-type', 'application/json');
        outgoing.end(JSON.stringify(INITIALIZE));
      });
    for (const host of ['localhost:99999', '[::::]', '[1.2]:80', '4294967296', 'localhost:', '[::1', '::1'])
      assert.equal(await status('/mcp', host), 403, host);
    assert.equal(await status('/metrics', 'evil.example.com'), 403);
    assert.equal(await status('/metrics', '10.1.2.3:8080'), 200);
    assert.deepEqual(
      server.log().filter(({ level }) => level === 'error'),
      [],
    );
  });

  it('shakes nothing with JSON that is nested a million deep', async () => {
    const server = await start('--stateless', '--transport', 'streamable-http');
    const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
    const call = (args: string) =>
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_resource","arguments":${args}}}`;
    for (const body of [
      deep,
      call(deep),
      call(`{"kind":${deep}}`),
      call(`{"kind":"pod","name":"x","fields":${deep}}`),
    ]) {
      const { status } = await server.post('/mcp', body);
      assert.ok(status === 400 || status === 200, String(status));
    }
    assert.equal((await server.post('/mcp', INITIALIZE)).status, 200);
    assert.deepEqual(
      server.log().filter(({ level }) => level === 'error'),
      [],
    );
  });

  it('finds no token in the log, whatever became of it', async () => {
    const [good, bad] = ['g'.repeat(40), 'wrong-token-0123456789'];
    const server = await start(...(await tokens(`${good},good`)));
    await server.post('/mcp', INITIALIZE, bearer(bad));
    await server.post(`/mcp?access_token=${bad}`, INITIALIZE);
    await server.post('/mcp', INITIALIZE, { authorization: `Basic ${bad}` });
    await server.post('/mcp', `{"token":"${bad}"`, bearer(good));
    const { call } = await server.connect({ token: good });
    await call(`tool-${bad}`);
    await server.logged(({ message, tool }) => message === 'call' && tool === 'unknown');
    assert.ok(server.log().filter(({ message }) => message === 'not let in').length >= 3);
    assert.ok(!server.stderr.includes(bad) && !server.stderr.includes(good), server.stderr);
  });

  it('is written down by name when a write is refused', async () => {
    const mallory = 'm'.repeat(32);
    const journal = join(folder, 'refused.jsonl');
    const server = await start('--journal', journal, ...(await tokens(`${mallory},mallory`)));
    const { call } = await server.connect({ token: mallory });
    const calls: [string, Record<string, unknown>][] = [
      ['create_resource', { manifest: 'kind: ConfigMap' }],
      ['update_resource', { kind: 'configmap', name: 'x', manifest: 'data: {}' }],
      ['scale_resource', { kind: 'deploy', name: 'web', namespace: 'shop', replicas: 0 }],
      ['rollout_resource', { kind: 'deploy', name: 'web', namespace: 'shop', action: 'restart' }],
      ['delete_resource', { kind: 'deploy', name: 'web', namespace: 'shop' }],
      ['exec_in_pod', { name: 'web', namespace: 'shop', command: ['id'] }],
    ];
    for (const [name, args] of calls) assert.match(await call(name, args), /switched off/, name);
    const entries = (await readFile(journal, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      entries.map(({ caller, outcome }) => [caller, outcome]),
      calls.map(() => ['mallory', 'refused']),
    );
    assert.equal(server.log().filter(({ message, caller }) => message === 'write' && caller === 'mallory').length, 6);
  });

  it('makes the server read none of its own files as if they were the client’s', async () => {
    await writeFile(join(folder, 'secret.yaml'), 'kind: ConfigMap\nmetadata: { name: of-the-server }\n');
    const server = await start();
    for (const over of ['streamable-http', 'sse'] as const) {
      const { client } = await server.connect({ over, capabilities: { roots: {} } });
      let asked = 0;
      client.setRequestHandler(ListRootsRequestSchema, () => {
        asked += 1;
        return { roots: [{ uri: `file://${folder}` }] };
      });
      const answer = await client
        .getPrompt({ name: 'review-manifest', arguments: { manifest: join(folder, 'secret.yaml') } })
        .catch((error: Error) => error.message);
      assert.doesNotMatch(JSON.stringify(answer), /of-the-server/);
      await client.getPrompt({ name: 'plan-upgrade', arguments: { targetVersion: '1.99' } });
      assert.equal(asked, 0);
    }
  });
});
