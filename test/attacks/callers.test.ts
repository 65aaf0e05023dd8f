import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { testCluster } from '../server/environment.ts';
import { FaultProxy } from '../server/fault-proxy.ts';
import { HttpServer, INITIALIZE } from '../server/http-process.ts';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';
import { TokenIssuer } from '../server/token-issuer.ts';
import { until } from '../support/until.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };

// Who is let in over HTTP, and as whom.
describe('callers over HTTP', () => {
  const scratch = scratchNamespace();
  let kubeconfig: string;
  let folder: string;
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('admin');
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-callers-'));
  });
  after(() => rm(folder, { recursive: true }));

  describe('with a token file', () => {
    const alice = 'a'.repeat(32);
    const path = () => join(folder, 'tokens');
    async function write(content: string): Promise<void> {
      await writeFile(`${path()}.new`, content);
      await rename(`${path()}.new`, path());
    }
    const ways: Record<string, () => Promise<unknown>> = {
      emptied: () => write(''),
      'cut to nothing': () => writeFile(path(), ''),
      'left with a comment': () => write('# nobody\n\n'),
      deleted: () => rm(path()),
      'made a folder': async () => {
        await rm(path());
        await rename(await mkdtemp(join(folder, 'd-')), path());
      },
    };
    for (const [way, revoke] of Object.entries(ways))
      it(`are all out when it is ${way}, and in again when it is back`, async () => {
        await rm(path(), { recursive: true, force: true });
        await write(`${alice},alice\n`);
        const server = await HttpServer.start(['--kubeconfig', kubeconfig, '--auth-token-file', path()]);
        const { client } = await server.connect({ token: alice });
        await client.ping();
        await revoke();
        await server.logged(({ message }) => /nobody is let in/.test(message));
        assert.equal((await server.post('/mcp', INITIALIZE, bearer(alice))).status, 401);
        await assert.rejects(client.ping(), /401|not valid/);
        await rm(path(), { recursive: true, force: true });
        await write(`${alice},alice\n`);
        await until(async () => (await server.post('/mcp', INITIALIZE, bearer(alice))).status === 200);
      });
  });

  describe('with a JWT', () => {
    let issuer: TokenIssuer;
    before(async () => {
      issuer = await TokenIssuer.start();
    });
    after(() => issuer.stop());

    it('need a name of their own in it', async () => {
      const oidc = ['--oidc-issuer-url', issuer.url, '--oidc-audience', 'mcp-k8s'];
      const server = await HttpServer.start(['--kubeconfig', kubeconfig, ...oidc]);
      const status = async (sub: unknown) =>
        (await server.post('/mcp', PING, bearer(await issuer.sign({ sub } as { sub: string })))).status;
      for (const sub of ['', ' ', '\t', 0, 1, true, null, [], ['alice'], {}, undefined])
        assert.equal(await status(sub), 401, JSON.stringify(sub));
      assert.notEqual(await status('alice'), 401);
    });

    it('act as themselves alone where the kubeconfig’s user acts as another', async () => {
      const proxy = await FaultProxy.start(kubeconfig);
      const config = parse(await readFile(proxy.kubeconfig, 'utf8'));
      Object.assign(config.users[0].user, {
        as: 'root',
        'as-uid': 'uid-of-root',
        'as-groups': ['system:masters'],
        'as-user-extra': { scopes: ['all'] },
      });
      const path = join(folder, 'acting');
      await writeFile(path, stringify(config));
      const oidc = ['--oidc-issuer-url', issuer.url, '--oidc-audience', 'mcp-k8s', '--impersonate-user', 'email'];
      const server = await HttpServer.start(['--kubeconfig', path, ...oidc]);
      try {
        const { call } = await server.connect({ token: await issuer.sign({ email: 'ann@example.com' }) });
        assert.match(await call('list_resources', { kind: 'pod', namespace: 'shop' }), /ann@example\.com/);
        assert.ok(proxy.exchanges.length > 0);
        for (const { headers } of proxy.exchanges) {
          const impersonation = Object.entries(headers).filter(([name]) => name.startsWith('impersonate-'));
          assert.deepEqual(impersonation, [['impersonate-user', 'ann@example.com']]);
        }
      } finally {
        await server.stop();
        await proxy.stop();
      }
    });
  });

  describe('with a token of Kubernetes', () => {
    const accounts = ['by-path', 'by-resource', 'stranger'];
    const token = (name: string) => kubectl('create', 'token', name, '-n', scratch.name, '--audience', 'mcp-k8s');
    const path = () => `/${scratch.name}`;
    before(async () => {
      const account = (name: string) =>
        `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name}, namespace: ${scratch.name} }`;
      await apply(accounts.map(account).join('\n---\n'));
      await apply(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "${scratch.name}" }
rules: [{ nonResourceURLs: ["${path()}"], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: "${scratch.name}" }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "${scratch.name}" }
subjects: [{ kind: ServiceAccount, name: by-path, namespace: ${scratch.name} }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: caller, namespace: ${scratch.name} }
rules: [{ apiGroups: [""], resources: [services], resourceNames: [mcp-k8s], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: caller, namespace: ${scratch.name} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: caller }
subjects: [{ kind: ServiceAccount, name: by-resource, namespace: ${scratch.name} }]`);
    });
    after(() => kubectl('delete', 'clusterrole,clusterrolebinding', scratch.name));
    const start = (...args: string[]) =>
      HttpServer.start(['--kubeconfig', kubeconfig, '--token-review', '--token-review-audience', 'mcp-k8s', ...args]);

    it('need the right that is asked for, on a path or on an object', async () => {
      for (const [access, allowed] of [
        [`get ${path()}`, 'by-path'],
        [`get services/mcp-k8s ${scratch.name}`, 'by-resource'],
      ] as const) {
        const server = await start('--token-review-access', access);
        for (const name of accounts) {
          const answer = await server.post('/mcp', INITIALIZE, bearer(await token(name)));
          assert.equal(answer.status, name === allowed ? 200 : 403, `${access}: ${name}`);
          if (name !== allowed) assert.match(await answer.text(), /is known, but may not use this server/);
        }
        assert.equal((await server.post('/mcp', INITIALIZE, bearer('nonsense'))).status, 401);
        assert.equal((await fetch(server.url('/sse'), { headers: bearer(await token('stranger')) })).status, 403);
      }
    });

    it('are out, and their streams end, when the right is taken away', async () => {
      const server = await start('--token-review-access', `get ${path()}`);
      const stream = await server.connect({ token: await token('by-path'), over: 'sse' });
      const ended = new Promise((resolve) => {
        stream.client.onerror = resolve;
      });
      await kubectl('delete', 'clusterrolebinding', scratch.name);
      await ended;
      await apply(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: "${scratch.name}" }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "${scratch.name}" }
subjects: [{ kind: ServiceAccount, name: by-path, namespace: ${scratch.name} }]`);
    });

    it('are not let in while Kubernetes cannot be asked for it', async () => {
      const proxy = await FaultProxy.start(kubeconfig);
      const access = ['--token-review', '--token-review-audience', 'mcp-k8s', '--token-review-access', `get ${path()}`];
      const server = await HttpServer.start(['--kubeconfig', proxy.kubeconfig, ...access]);
      try {
        proxy.fail(({ path: asked }) => asked.endsWith('/subjectaccessreviews'), { status: 403 });
        assert.equal((await server.post('/mcp', INITIALIZE, bearer(await token('by-path')))).status, 503);
      } finally {
        await server.stop();
        await proxy.stop();
      }
    });
  });
});
