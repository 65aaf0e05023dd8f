import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import fc from 'fast-check';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { parse } from 'yaml';
import { helloWith } from '../../src/editor-proof.ts';
import { EDITOR_SOCKET_VARIABLE, EDITOR_TOKEN_VARIABLE, HELLO, type KubeconfigInQuestion } from '../../src/protocol.ts';
import { testCluster } from '../server/environment.ts';
import { HttpServer } from '../server/http-process.ts';
import { isAlive } from '../support/alive.ts';
import { until } from '../support/until.ts';
import { printToken, stranger, tryEverything, VERSION } from './stranger.ts';

const READ = ['get_resource', { kind: 'namespace', name: 'shop' }] as const;
const CONTENT = /kind: Namespace|resourceVersion|127\.0\.0\.1:\d+/;

describe('a repository is a stranger', () => {
  const its = stranger();
  const exec = (command: string, more: object = {}) => ({
    exec: { apiVersion: VERSION, command, interactiveMode: 'Never', ...more },
  });

  describe('without an editor', () => {
    it('is nothing used of a kubeconfig that it provides, by whatever name', async () => {
      const { workspace, outside } = its;
      await its.program(join(workspace, 'plugin'));
      const file = join(workspace, 'kubeconfig');
      await writeFile(file, await its.kubeconfig(exec(join(workspace, 'plugin'))));
      await mkdir(join(workspace, '.kube'));
      await link(file, join(workspace, '.kube', 'config'));
      await writeFile(join(outside, 'real'), await readFile(file, 'utf8'));
      await symlink(file, join(outside, 'way-in'));
      await symlink(join(outside, 'real'), join(workspace, 'way-out'));
      await symlink(workspace, join(outside, 'folder'));
      await symlink('/proc/self/cwd/kubeconfig', join(workspace, 'to-proc'));
      await link(file, join(outside, 'hard'));
      const ways: [string, string[], Record<string, string>][] = [
        ...[
          file,
          join(outside, 'way-in'),
          join(workspace, 'way-out'),
          join(outside, 'folder', 'kubeconfig'),
          `${workspace}/../workspace/./kubeconfig`,
          `${outside}/../workspace/kubeconfig`,
          'kubeconfig',
          './kubeconfig',
          '/proc/self/cwd/kubeconfig',
          `/proc/${process.pid}/root${file}`,
          join(workspace, 'to-proc'),
          join(workspace, '.kube', 'config'),
        ].map((path): [string, string[], Record<string, string>] => [path, [], {}]),
        // Files that the workspace names are distrusted wherever they are.
        [join(outside, 'hard'), [`--distrust=${workspace}`, `--distrust=${join(outside, 'hard')}`], {}],
        [join(outside, 'real'), [`--distrust=${join(outside, 'folder')}`, `--distrust=${join(outside, 'real')}`], {}],
        ['', [], { KUBECONFIG: 'kubeconfig' }],
        ['', [], { KUBECONFIG: [join(outside, 'absent'), file].join(delimiter) }],
        ['', [], { HOME: workspace }],
      ];
      for (const [path, args, env] of ways) {
        const server = await its.start(path, args, env);
        const said = await tryEverything(server);
        const what = JSON.stringify([path, args, env]);
        assert.match(said, /nobody vouches|is not used|being replaced|No kubeconfig/, what);
        assert.doesNotMatch(said, CONTENT, what);
        assert.equal(its.hasRun(), false, what);
        await server.stop();
      }
    });

    it('is none read that never ends, or is no file', async () => {
      const { workspace } = its;
      execFileSync('mkfifo', [join(workspace, 'pipe')]);
      await symlink('pipe', join(workspace, 'to-pipe'));
      await symlink('/dev/zero', join(workspace, 'to-device'));
      await symlink('/dev/stdin', join(workspace, 'to-stdin'));
      await writeFile(join(workspace, 'large'), Buffer.alloc(8 << 20, '#'));
      for (const name of ['pipe', 'to-pipe', 'to-device', 'to-stdin', 'large', '.']) {
        const server = await its.start(join(workspace, name));
        assert.match(await server.error(...READ), /is not used|cannot be read|No kubeconfig/, name);
        await server.stop();
      }
      for (const path of ['/dev/zero', '/proc/self/environ', '//host/share/config']) {
        const server = await its.start(path, [`--distrust=${path}`]);
        assert.match(await server.error(...READ), /is not used|No kubeconfig/, path);
        await server.stop();
      }
    });

    it('does no content of it run a program, whatever else it says', async () => {
      const { workspace } = its;
      const plugin = await its.program(join(workspace, 'plugin'));
      const base = parse(await its.kubeconfig());
      const file = join(workspace, 'kubeconfig');
      const command = fc.constantFrom(plugin, './plugin', 'plugin', 'sh', '/bin/sh', '../workspace/plugin');
      const args = fc.constantFrom([], [plugin], ['-c', plugin], ['-c', './plugin']);
      const execs = fc.record({
        apiVersion: fc.constantFrom(VERSION, 'client.authentication.k8s.io/v1beta1'),
        command,
        args,
        interactiveMode: fc.constantFrom('Never', 'IfAvailable', 'Always'),
        env: fc.constantFrom([], [{ name: 'PATH', value: workspace }], [{ name: 'LD_PRELOAD', value: plugin }]),
      });
      const config = fc.oneof(
        fc.record({ exec: execs }),
        fc.record({ 'cmd-path': command, 'cmd-args': fc.constantFrom('', '-x'), 'token-key': fc.constant('{.x}') }),
        fc.record({ tokenFile: fc.constantFrom('plugin', '/etc/passwd') }),
      );
      const name = fc.constantFrom('gcp', 'azure', 'oidc', 'exec', 'openstack', '');
      const user = fc.oneof(
        fc.record({ exec: execs }),
        fc.record({ 'auth-provider': fc.record({ name, config }) }),
        fc.record({
          exec: execs,
          'auth-provider': fc.record({ name, config }),
          confinement: fc.constant({ places: [] }),
        }),
      );
      const [distrusted, own] = [await its.start(file), await its.start(file, ['--distrust=/nonexistent'])];
      await fc.assert(
        fc.asyncProperty(user, async (one) => {
          const users = base.users.map((entry: object) => ({
            ...entry,
            user: one,
            confinement: { places: [], pins: [] },
          }));
          await writeFile(file, JSON.stringify({ ...base, users }));
          assert.match(await distrusted.error(...READ), /nobody vouches|cannot be used/);
          assert.equal(its.hasRun(), false);
          // Even the user's own kubeconfig runs programs only under exec.
          if ('exec' in one) return;
          await own.error(...READ);
          assert.equal(its.hasRun(), false, JSON.stringify(one));
        }),
        { numRuns: 60 },
      );
    });

    it('is nothing asked for callers of a server for HTTP either', async () => {
      const { workspace } = its;
      const file = join(workspace, 'kubeconfig');
      await writeFile(file, await its.kubeconfig(exec(await its.program(join(workspace, 'plugin')))));
      const args = ['--kubeconfig', file, `--distrust=${workspace}`, '--token-review'];
      const server = await HttpServer.start(args, {}, { cwd: workspace });
      const answer = await server.post(
        '/mcp',
        { jsonrpc: '2.0', id: 1, method: 'tools/list' },
        { authorization: 'Bearer x.y.z' },
      );
      assert.notEqual(answer.status, 200);
      assert.equal(its.hasRun(), false);
      await server.stop();
    });
  });

  it('is what the user agreed to written down, and holds for that only', async () => {
    const { workspace } = its;
    const file = join(workspace, 'kubeconfig');
    const text = await its.kubeconfig();
    await writeFile(file, text);
    const asked: KubeconfigInQuestion[] = [];
    const editor = its.editor((question) => {
      asked.push(question);
      return 'waiting';
    });
    await (await its.start(file, [], await editor.environment(undefined))).error(...READ);
    const { fingerprint = '', path } = asked[0] ?? {};
    assert.equal(path, file);
    const copied = await its.start(file, [`--vouched=${fingerprint}`]);
    assert.match(await copied.text(...READ), /kind: Namespace/);
    await writeFile(file, `${text}# another byte\n`);
    assert.match(await copied.error(...READ), /nobody vouches/);
    await writeFile(file, text);
    assert.match(await copied.text(...READ), /kind: Namespace/);
    await rename(file, join(workspace, 'other'));
    const elsewhere = await its.start(join(workspace, 'other'), [`--vouched=${fingerprint}`]);
    assert.match(await elsewhere.error(...READ), /nobody vouches/);
  });

  describe('with an editor that agrees', () => {
    const token = async () => {
      const viewer = parse(await readFile((await testCluster()).kubeconfig('viewer'), 'utf8'));
      return String(viewer.users[0].user.token);
    };

    /** A server whose kubeconfig, with this user, is approved as it stands when first asked about. */
    async function trustedServer(user: object, meanwhile: () => Promise<unknown> = async () => {}) {
      const file = join(its.workspace, 'kubeconfig');
      await writeFile(file, await its.kubeconfig(user));
      let agreed: string | undefined;
      const editor = its.editor(async ({ fingerprint }) => {
        if (agreed === undefined) {
          agreed = fingerprint;
          // The stranger acts while the answer is on its way.
          await meanwhile();
        }
        return fingerprint === agreed ? 'agreed' : 'waiting';
      });
      return its.start(file, [], await editor.environment(undefined));
    }

    it('runs a program as it was only: not one that was swapped while the answer came, by whatever way', async () => {
      const { workspace, outside } = its;
      const plugin = join(workspace, 'plugin');
      const harmless = `#!/bin/sh\n${printToken(await token())}\n`;
      const swaps: [string, object, () => Promise<unknown>][] = [
        ['written', exec('./plugin'), () => its.program(plugin)],
        ['replaced', exec(plugin), async () => rename(await its.program(join(workspace, 'new')), plugin)],
        [
          'linked',
          exec(plugin),
          async () => {
            await rm(plugin);
            await symlink(await its.program(join(outside, 'evil')), plugin);
          },
        ],
        ['run by a shell', exec('sh', { args: [plugin] }), () => its.program(plugin)],
        ['read by a shell', exec('sh', { args: ['-c', `. ${plugin}`] }), () => its.program(plugin)],
        [
          'named by the environment',
          exec('sh', { args: ['-c', '. "$FILE"'], env: [{ name: 'FILE', value: plugin }] }),
          () => its.program(plugin),
        ],
      ];
      for (const [how, user, swap] of swaps) {
        await rm(plugin, { force: true });
        await its.program(plugin);
        await writeFile(plugin, harmless);
        await its.forget();
        const server = await trustedServer(user, swap);
        assert.match(await server.error(...READ), /not what the user agreed to|not yet agreed/, how);
        assert.match(await server.error(...READ), /not what the user agreed to|not yet agreed/, how);
        assert.equal(its.hasRun(), false, how);
        await server.stop();
      }
    });

    it('runs it, asks again when it changes, and runs it again when it is as it was', async () => {
      const plugin = await its.program(join(its.workspace, 'plugin'), printToken(await token()));
      const text = await readFile(plugin, 'utf8');
      const server = await trustedServer(exec('./plugin'));
      assert.match(await server.text(...READ), /kind: Namespace/);
      assert.equal(its.hasRun(), true);
      await its.forget();
      await writeFile(plugin, `${text}\n# changed\n`);
      assert.match(await server.error(...READ), /not yet agreed/);
      assert.equal(its.hasRun(), false);
      await writeFile(plugin, text);
      assert.match(await server.text(...READ), /kind: Namespace/);
    });

    it('runs none with a library or an option that changed', async () => {
      const { workspace } = its;
      const library = join(workspace, 'library.cjs');
      const marker = join(dirname(workspace), 'ran');
      const script = `console.log(${JSON.stringify(JSON.stringify({ apiVersion: VERSION, kind: 'ExecCredential', status: { token: await token() } }))})`;
      const env = [{ name: 'NODE_OPTIONS', value: `--no-warnings --require=${library}` }];
      await writeFile(library, '');
      const user = exec(process.execPath, { args: ['-e', script], env });
      const evil = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`;
      const server = await trustedServer(user, () => writeFile(library, evil));
      assert.match(await server.error(...READ), /not what the user agreed to|not yet agreed/);
      assert.equal(its.hasRun(), false);
    });

    it('reads no kubeconfig that was swapped while the answer came', async () => {
      const { workspace } = its;
      const file = join(workspace, 'kubeconfig');
      const evil = await its.kubeconfig(exec(await its.program(join(workspace, 'evil'))));
      const server = await trustedServer({ token: await token() }, () => writeFile(file, evil));
      // The first call uses what was approved.
      await server.call(...READ);
      assert.match(await server.error(...READ), /not yet agreed/);
      assert.equal(its.hasRun(), false);
    });

    it('gives its token to nobody who reads it in the environment of the server', async () => {
      const file = join(its.workspace, 'kubeconfig');
      await writeFile(file, await its.kubeconfig());
      const editor = its.editor(() => 'agreed');
      const server = await its.start(file, [], await editor.environment(undefined));
      assert.match(await server.text(...READ), /kind: Namespace/);
      const environment = (await readFile(`/proc/${server.pid}/environ`, 'utf8')).split('\0');
      const value = (name: string) =>
        environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
      const socket = connect(value(EDITOR_SOCKET_VARIABLE));
      const closed = once(socket, 'close');
      const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
      connection.listen();
      connection.sendRequest(HELLO, helloWith(value(EDITOR_TOKEN_VARIABLE))).catch(() => undefined);
      await closed;
      // And the server keeps working.
      await writeFile(file, `${await its.kubeconfig()}# changed\n`);
      assert.match(await server.text(...READ), /kind: Namespace/);
    });
  });

  describe('whose folder is the current one', () => {
    it('gives no program to the user’s own kubeconfig, wherever PATH leads', async () => {
      const { workspace, outside } = its;
      await mkdir(join(workspace, 'bin'));
      for (const folder of [workspace, join(workspace, 'bin')]) await its.program(join(folder, 'my-plugin'));
      await symlink(join(workspace, 'bin'), join(outside, 'bin'));
      const file = join(outside, 'config');
      await writeFile(file, await its.kubeconfig(exec('my-plugin')));
      for (const entry of ['.', '', 'bin', './bin', workspace, join(workspace, 'bin'), join(outside, 'bin')]) {
        const server = await its.start(file, [], { PATH: [entry, process.env.PATH].join(delimiter) });
        assert.match(await server.error(...READ), /is not installed|in the workspace only/, entry);
        assert.equal(its.hasRun(), false, entry);
        await server.stop();
      }
    });

    it('is no place for programs to find something by chance', async () => {
      const { workspace, outside } = its;
      const file = join(outside, 'config');
      await its.program(join(workspace, 'script'));
      await writeFile(file, await its.kubeconfig(exec('sh', { args: ['-c', 'pwd >&2; . ./script; exit 1'] })));
      const server = await its.start(file);
      const said = await server.error(...READ);
      assert.ok(!said.includes(workspace), said);
      assert.equal(its.hasRun(), false);
    });
  });

  it('names files that never end, and stops nobody with them', async () => {
    const file = join(its.outside, 'config');
    const pipe = join(its.outside, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const config = parse(await its.kubeconfig());
    const { cluster } = config.clusters[0];
    const { 'certificate-authority-data': _, ...rest } = cluster;
    const ways = [
      { ...config, users: config.users.map(({ name }: { name: string }) => ({ name, user: { tokenFile: pipe } })) },
      {
        ...config,
        users: config.users.map(({ name }: { name: string }) => ({ name, user: { 'client-key': '/dev/zero' } })),
      },
      {
        ...config,
        clusters: config.clusters.map(({ name }: { name: string }) => ({
          name,
          cluster: { ...rest, 'certificate-authority': pipe },
        })),
      },
    ];
    for (const way of ways) {
      await writeFile(file, JSON.stringify(way));
      const server = await its.start(file);
      assert.match(await server.error(...READ), /is no regular file/);
      await server.stop();
    }
  });

  describe('whose credential plugin', () => {
    it('wants to ask, is told that nobody answers', async () => {
      const file = join(its.outside, 'config');
      const plugin = await its.program(join(its.outside, 'plugin'));
      await writeFile(file, await its.kubeconfig(exec(plugin, { interactiveMode: 'Always' })));
      assert.match(await (await its.start(file)).error(...READ), /standard input is not a terminal/);
      assert.equal(its.hasRun(), false);
    });

    it('waits, ends with the server, and all that it started', async () => {
      const file = join(its.outside, 'config');
      const pids = join(its.outside, 'pids');
      const plugin = join(its.outside, 'plugin');
      await its.program(plugin, `sleep 600 &\necho $$ $! > ${pids}.new; mv ${pids}.new ${pids}; wait`);
      await writeFile(file, await its.kubeconfig(exec(plugin)));
      const server = await its.start(file);
      const call = server.call(...READ).catch(() => undefined);
      let started: number[] = [];
      while (started.length === 0)
        started = await readFile(pids, 'utf8').then(
          (text) => text.trim().split(' ').map(Number),
          () => new Promise((resolve) => setTimeout(() => resolve([]), 20)),
        );
      await server.stop();
      await call;
      await until(() => !started.some(isAlive));
    });

    it('was removed from kubectl, is refused in its words', async () => {
      const file = join(its.outside, 'config');
      for (const [name, sentence] of [
        ['gcp', /The gcp auth plugin has been removed.*gke-gcloud-auth-plugin/],
        ['azure', /The azure auth plugin has been removed.*kubelogin/],
        ['openstack', /no Auth Provider found for name "openstack"/],
      ] as const) {
        const config = { 'cmd-path': await its.program(join(its.outside, 'plugin')) };
        await writeFile(file, await its.kubeconfig({ 'auth-provider': { name, config } }));
        const server = await its.start(file);
        assert.match(await server.error(...READ), sentence);
        assert.equal(its.hasRun(), false);
        await server.stop();
      }
    });
  });

  it('has its switches for the context only that they were given for', async () => {
    const file = join(its.outside, 'config');
    const config = parse(await its.kubeconfig());
    const [first] = config.contexts;
    config.contexts.push({ ...first, name: 'other' });
    await writeFile(file, JSON.stringify(config));
    const args = [
      '--enable-create',
      '--review=off',
      '--allow-context=other',
      `--write-context=${config['current-context']}`,
    ];
    const server = await its.start(file, args);
    const create = (context: string) =>
      server.call('create_resource', {
        context,
        manifest: `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}`,
        dryRun: true,
      });
    assert.equal((await create(config['current-context'])).isError, false);
    assert.match((await create('other')).text, /Writing was allowed for context/);
    assert.match(await server.text(READ[0], { ...READ[1], context: 'other' }), /kind: Namespace/);
  });

  it('shows no login of a server’s address, nor what a plugin prints, by whatever way', async () => {
    const file = join(its.outside, 'config');
    const plugin = await its.program(join(its.outside, 'plugin'), 'echo "password=hunter2hunter2" >&2; exit 1');
    const failing = parse(await its.kubeconfig(exec(plugin)));
    for (const { cluster } of failing.clusters) cluster.server = 'https://admin:s3cr3t@pw@127.0.0.1:1';
    await writeFile(file, JSON.stringify(failing));
    const unreachable = parse(await its.kubeconfig());
    for (const { cluster } of unreachable.clusters) cluster.server = 'https://admin:s3cr3t@pw@127.0.0.1:1';
    for (const config of [failing, unreachable]) {
      await writeFile(file, JSON.stringify(config));
      const server = await its.start(file);
      assert.doesNotMatch(await tryEverything(server), /s3cr3t|@pw|hunter2/);
      await server.stop();
    }
  });
});
