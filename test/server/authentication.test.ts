import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

interface Config {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: { name: string; context: Record<string, unknown> }[];
  'current-context': string;
}

/** Does an error leave open whether a token is still accepted? @throws if it does not say that it is refused */
function isStillRead(error: Error): boolean {
  assert.match(error.message, /Unauthorized|must be logged in/);
  return false;
}

describe('authentication', () => {
  let folder: string;
  let admin: Config;
  let viewer: Config;
  let viewerToken: string;
  const namespace = scratchNamespace();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-auth-'));
    const { kubeconfig } = await testCluster();
    admin = parse(await readFile(kubeconfig('admin'), 'utf8'));
    viewer = parse(await readFile(kubeconfig('viewer'), 'utf8'));
    viewerToken = String(viewer.users[0]?.user.token);
  });
  after(() => rm(folder, { recursive: true }));

  const path = (name: string) => join(folder, name);
  async function file(name: string, content: string | object): Promise<string> {
    await writeFile(path(name), typeof content === 'string' ? content : stringify(content));
    return path(name);
  }
  const withUser = (user: Record<string, unknown>): Config => ({
    ...viewer,
    users: [{ name: viewer.users[0]?.name ?? '', user }],
  });
  const withCluster = (change: Record<string, unknown>, remove: string[] = []): Config => {
    const { name = '', cluster = {} } = viewer.clusters[0] ?? {};
    const kept = Object.fromEntries(Object.entries(cluster).filter(([key]) => !remove.includes(key)));
    return { ...viewer, clusters: [{ name, cluster: { ...kept, ...change } }] };
  };
  async function plugin(name: string, script: string): Promise<Record<string, unknown>> {
    await chmod(await file(name, `#!/bin/sh\n${script}\n`), 0o755);
    return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: `./${name}`, interactiveMode: 'Never' } };
  }
  const credential = (token: string) =>
    `echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${token}"}}'`;

  /** Lists the pods of `shop` with a kubeconfig; runs several lists at once. */
  async function list(kubeconfig: string, count = 1, env: Record<string, string> = {}): Promise<string> {
    const server = await McpServer.start(kubeconfig, [], env);
    try {
      const texts = await Promise.all(
        Array.from({ length: count }, () => server.call('list_resources', { kind: 'deploy', namespace: 'shop' })),
      );
      return texts.find(({ isError }) => isError)?.text ?? texts[0]?.text ?? '';
    } finally {
      await server.stop();
    }
  }
  const succeeded = /deployments\.apps in namespace shop/;

  it('uses tokens, and token files with a line end', async () => {
    assert.match(await list(await file('token', viewer)), succeeded);
    await file('the-token', `${viewerToken}\n`);
    assert.match(await list(await file('token-file', withUser({ tokenFile: 'the-token' }))), succeeded);
  });

  it('goes on with the next token of a file when the one before is revoked', async () => {
    const { name } = namespace;
    const [account, flag] = ['rotated', `--serviceaccount=${name}:rotated`];
    await kubectl('create', 'serviceaccount', account, '-n', name);
    await kubectl('create', 'rolebinding', account, '--clusterrole=edit', flag, '-n', name);
    /** A token that ends with the object it is bound to, with the line end of an editor. */
    const issue = async (bound: string) => {
      await kubectl('create', 'secret', 'generic', bound, '-n', name);
      const binding = ['--bound-object-kind=Secret', `--bound-object-name=${bound}`];
      return `${await kubectl('create', 'token', account, '-n', name, ...binding)}\n`;
    };
    await apply(`apiVersion: v1
kind: Pod
metadata: { name: box, namespace: ${name} }
spec: { containers: [{ name: app, image: busybox }] }`);
    await kubectl('wait', 'pod/box', '-n', name, '--for=condition=Ready', '--timeout=60s');
    const first = await issue('first');
    await file('rotating-token', first);
    const kubeconfig = await file('rotating', withUser({ tokenFile: 'rotating-token' }));
    const server = await McpServer.start(kubeconfig, ['--namespace', name, '--enable-exec', '--review=off']);
    try {
      const echo = () => server.text('exec_in_pod', { name: 'box', command: ['echo', 'hello'] });
      const list = () => server.text('list_resources', { kind: 'pods', namespace: name });
      assert.match(await list(), /box/);
      assert.match(await echo(), /hello/);
      // As a kubelet does it: the new file in the place of the old one.
      await file('rotating-token.new', await issue('second'));
      await rename(path('rotating-token.new'), path('rotating-token'));
      await kubectl('delete', 'secret', 'first', '-n', name);
      const asFirst = await file('first', withUser({ token: first.trim() }));
      // The API server remembers for some seconds that a token was good.
      while (await kubectl('--kubeconfig', asFirst, 'get', 'pods', '-n', name).then(() => true, isStillRead));
      for (const [call, answer] of [
        [echo, /hello/],
        [list, /box/],
      ] as const)
        assert.match(await call(), answer);
    } finally {
      await server.stop();
    }
  });

  it('runs a credential plugin once for many calls, beside the kubeconfig, with KUBERNETES_EXEC_INFO', async () => {
    const user = await plugin(
      'plugin',
      `echo run >> "$(dirname "$0")/runs"\ncase "$KUBERNETES_EXEC_INFO" in *ExecCredential*) ${credential(viewerToken)};; esac`,
    );
    assert.match(await list(await file('exec', withUser(user)), 20), succeeded);
    assert.equal(await readFile(path('runs'), 'utf8'), 'run\n');
  });

  it('asks the plugin again when its token is refused', async () => {
    const user = await plugin(
      'renewing',
      `if [ -e "$0.used" ]; then ${credential(viewerToken)}; else touch "$0.used"; ${credential('expired')}; fi`,
    );
    assert.match(await list(await file('renewed', withUser(user))), succeeded);
  });

  it('uses OIDC tokens', async () => {
    await kubectl('create', 'serviceaccount', 'oidc', '-n', 'team-b');
    await kubectl('create', 'clusterrolebinding', 'oidc-test', '--clusterrole=view', '--serviceaccount=team-b:oidc');
    try {
      const token = await kubectl('create', 'token', 'oidc', '-n', 'team-b');
      const user = {
        'auth-provider': {
          name: 'oidc',
          config: { 'id-token': token, 'client-id': 'x', 'idp-issuer-url': 'https://localhost' },
        },
      };
      assert.match(await list(await file('oidc', withUser(user))), succeeded);
    } finally {
      await kubectl('delete', 'clusterrolebinding/oidc-test');
      await kubectl('delete', 'serviceaccount/oidc', '-n', 'team-b');
    }
  });

  it('impersonates users and groups', async () => {
    const user = { ...admin.users[0]?.user, as: 'somebody', 'as-groups': ['system:masters'] };
    assert.match(await list(await file('as-group', withUser(user))), succeeded);
    assert.match(
      await list(await file('as-nobody', withUser({ ...user, 'as-groups': ['nobodies'] }))),
      /User "somebody" cannot list/,
    );
  });

  it('merges the files of KUBECONFIG', async () => {
    const one = await file('part-1', { ...viewer, users: [] });
    const two = await file('part-2', { users: viewer.users });
    assert.match(await list('', 1, { KUBECONFIG: [one, path('absent'), two].join(delimiter) }), succeeded);
  });

  it('checks the server’s certificate as the kubeconfig says', async () => {
    const authority = ['certificate-authority-data', 'certificate-authority'];
    assert.match(await list(await file('no-ca', withCluster({}, authority))), /an authority that this machine trusts/);
    assert.match(
      await list(await file('insecure', withCluster({ 'insecure-skip-tls-verify': true }, authority))),
      succeeded,
    );
    assert.match(
      await list(await file('server-name', withCluster({ 'tls-server-name': 'kubernetes.default.svc' }))),
      succeeded,
    );
    assert.match(
      await list(await file('wrong-name', withCluster({ 'tls-server-name': 'elsewhere.example' }))),
      /certificate is for another host name/,
    );
  });

  it('says which file’s credentials were refused, where another has some of the same name', async () => {
    const refused = await file('refused', withUser({ token: 'stale' }));
    const env = { KUBECONFIG: [refused, await file('good', viewer)].join(delimiter) };
    assert.match(
      await list('', 1, env),
      /401 .*user ".+" is defined in \S+refused and, differently, in \S+good: the first is used/,
    );
    const server = await McpServer.start('', [], env);
    try {
      const contexts = await server.text('list_contexts');
      assert.match(
        contexts,
        /^user ".+" is defined in \S+refused and, differently, in \S+good: the first is used, as with kubectl$/m,
      );
    } finally {
      await server.stop();
    }
  });

  it('goes through a proxy', async () => {
    let tunnels = 0;
    const proxy = createServer().on('connect', (request, socket) => {
      tunnels += 1;
      const { port } = new URL(`http://${request.url}`);
      const upstream = connect(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const end of [socket, upstream]) end.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      assert.match(await list(await file('proxy', withCluster({ 'proxy-url': url }))), succeeded);
      assert.ok(tunnels > 0);
      const before = tunnels;
      // Requests to this machine bypass the environment's proxy; another host is reachable only through it.
      const { port } = new URL(String(viewer.clusters[0]?.cluster.server));
      const elsewhere = { server: `https://cluster.test:${port}`, 'tls-server-name': 'kubernetes.default.svc' };
      const distant = await file('distant', withCluster(elsewhere));
      assert.match(await list(distant, 1, { HTTPS_PROXY: url }), succeeded);
      assert.ok(tunnels > before);
      assert.doesNotMatch(await list(distant, 1, { HTTPS_PROXY: url, NO_PROXY: '.test' }), succeeded);
      assert.match(await list(await file('local', viewer), 1, { HTTPS_PROXY: 'http://127.0.0.1:1' }), succeeded);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  describe('when the kubeconfig changes under a running server', () => {
    const whoami = async (server: McpServer) =>
      (await server.call('list_resources', { kind: 'secrets', namespace: 'shop' })).isError ? 'viewer' : 'admin';

    // A new current context would be ignored, see test/attacks/own-context.test.ts.
    const work = (config: Config): Config => ({
      ...config,
      contexts: config.contexts.map(({ context }) => ({ name: 'work', context })),
      'current-context': 'work',
    });

    it('follows edits and atomic replacements', async () => {
      const server = await McpServer.start(await file('changing', work(viewer)));
      try {
        assert.equal(await whoami(server), 'viewer');
        await file('changing', work(admin));
        assert.equal(await whoami(server), 'admin');
        await file('replacement', work(viewer));
        await rename(path('replacement'), path('changing'));
        assert.equal(await whoami(server), 'viewer');
      } finally {
        await server.stop();
      }
    });

    it('keeps the last good one while the file is broken, and says so', async () => {
      const server = await McpServer.start(await file('breaking', work(admin)));
      try {
        assert.equal(await whoami(server), 'admin');
        await file('breaking', stringify(work(viewer)).slice(0, 200));
        assert.equal(await whoami(server), 'admin');
        assert.match(server.log, /changed kubeconfig is not used: /);
        await file('breaking', work(viewer));
        assert.equal(await whoami(server), 'viewer');
      } finally {
        await server.stop();
      }
    });
  });
});
