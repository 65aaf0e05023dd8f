import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { testCluster } from './environment.ts';
import { RawServer } from './mcp-process.ts';

describe('the start', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-start-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('keeps compiled code in a folder of the user, or in the one that Node was told', async () => {
    const home = join(folder, 'home');
    const start = (env: Record<string, string>) => new RawServer(['--version'], { HOME: home, ...env }).exited;
    assert.equal(await start({}), 0);
    assert.ok(await keptStart(join(home, '.cache', 'mcp-k8s', 'compiled')));
    assert.equal(await start({ HOME: join(folder, 'other'), NODE_COMPILE_CACHE: join(folder, 'told') }), 0);
    assert.ok(await keptStart(join(folder, 'told')));
    assert.equal(await start({ HOME: join(folder, 'other'), NODE_DISABLE_COMPILE_CACHE: '1' }), 0);
    assert.ok(!(await readdir(folder)).includes('other'));
  });

  it('runs no kept code that is damaged, of another text, or that others can write', async () => {
    const compiled = join(folder, 'kept');
    const start = () => new RawServer(['--version'], { NODE_COMPILE_CACHE: compiled }).exited;
    assert.equal(await start(), 0);
    const file = (await keptStart(compiled)) ?? '';
    const good = await readFile(file);
    const damaged = Buffer.from(good);
    damaged.fill(255, good.length / 2, good.length / 2 + 8);
    const other = Buffer.from(good);
    other.write('0123456789abcdef', 'latin1');
    for (const bad of [damaged, other, good.subarray(0, good.length / 2), Buffer.alloc(0)]) {
      await writeFile(file, bad);
      assert.equal(await start(), 0);
      // It was compiled anew, and kept.
      assert.notDeepEqual(await readFile(file), bad);
    }
    if (process.platform === 'win32') return;
    await chmod(file, 0o666);
    assert.equal(await start(), 0);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('generates no code', async () => {
    const counter = join(folder, 'counter.cjs');
    await writeFile(
      counter,
      `let made = 0;
      globalThis.Function = new Proxy(Function, { construct: (...call) => (made++, Reflect.construct(...call)) });
      process.on('exit', () => process.stderr.write(\`generated: \${made}\\n\`));`,
    );
    const server = new RawServer(['--kubeconfig', '/nonexistent'], { NODE_OPTIONS: `--require=${counter}` });
    server.initialize();
    server.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    await server.answer(1);
    server.process.stdin?.end();
    assert.equal(await server.exited, 0);
    assert.match(server.stderr, /^generated: 0$/m);
  });

  it('loads what is needed, in few files, and the tools when they are called', async () => {
    const report = join(folder, 'loaded.cjs');
    await writeFile(
      report,
      `process.on('exit', () => {
        const names = Object.keys(require.cache).map((path) => path.split(/[\\\\/]dist[\\\\/]/)[1]).filter(Boolean);
        process.stderr.write(\`loaded: \${names.join(' ').replaceAll('\\\\', '/')}\\n\`);
      });`,
    );
    const cluster = await testCluster();
    const loaded = async (...requests: object[]) => {
      const server = new RawServer(['--kubeconfig', cluster.kubeconfig()], { NODE_OPTIONS: `--require=${report}` });
      await inOneSession(server, requests);
      return /^loaded: (.*)$/m.exec(server.stderr)?.[1]?.split(' ').toSorted();
    };
    const list = ['server.cjs', 'server/session.cjs', 'server/start.cjs'];
    assert.deepEqual(await loaded({ method: 'tools/list' }), list);
    const call = { method: 'tools/call', params: { name: 'get_resource', arguments: GET } };
    assert.deepEqual(await loaded({ method: 'tools/list' }, call), [
      'server.cjs',
      'server/first-call.cjs',
      ...list.slice(1),
    ]);
  });

  it('takes a few times as long as a program that does nothing', async () => {
    const report = join(folder, 'time.cjs');
    await writeFile(
      report,
      `process.on('exit', () => {
        const { user, system } = process.cpuUsage();
        process.stderr.write(\`took: \${(user + system) / 1000}\\n\`);
      });`,
    );
    const cluster = await testCluster();
    const env = { HOME: join(folder, 'home'), NODE_OPTIONS: `--require=${report}` };
    const took = (stderr: string) => Number(/^took: (.*)$/m.exec(stderr)?.[1]);
    const nothing = async () => {
      const program = spawn(process.execPath, ['-e', '0'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      program.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      await once(program, 'close');
      return took(stderr);
    };
    const session = async (...requests: object[]) => {
      const server = new RawServer(['--kubeconfig', cluster.kubeconfig()], env);
      await inOneSession(server, requests);
      return took(server.stderr);
    };
    const call = { method: 'tools/call', params: { name: 'get_resource', arguments: GET } };
    // The first fills the compile cache.
    await session({ method: 'tools/list' }, call);
    const times = { nothing: [] as number[], start: [] as number[], call: [] as number[] };
    // In turn, and the least of each: what else the machine does only adds to them.
    for (let round = 0; round < 5; round += 1) {
      times.nothing.push(await nothing());
      times.start.push(await session());
      times.call.push(await session({ method: 'tools/list' }, call));
    }
    const least = Math.min(...times.nothing);
    const text = JSON.stringify(times);
    assert.ok(Math.min(...times.start) < MOST.start * least, text);
    assert.ok(Math.min(...times.call) < MOST.call * least, text);
  });
});

/** Of processor time, as a multiple of what Node itself takes: 4.1 and 8.6 when these were set, without minifying. */
const MOST = { start: 6, call: 13 };
const GET = { kind: 'Namespace', name: 'default' };

/** The file with the code of the part that every start loads; undefined if the folder has none. */
async function keptStart(compiled: string): Promise<string | undefined> {
  const names = await readdir(compiled, { recursive: true });
  const name = names.find((one) => basename(one) === 'start.cjs');
  return name && join(compiled, name);
}

/** Sends the requests one after the other, and waits until the server has ended. */
async function inOneSession(server: RawServer, requests: readonly object[]): Promise<void> {
  server.initialize();
  await server.answer(0);
  for (const [index, request] of requests.entries()) {
    server.send({ jsonrpc: '2.0', id: index + 1, ...request });
    const { error, result } = await server.answer(index + 1);
    assert.ok(!error && result?.isError !== true, JSON.stringify({ error, result }));
  }
  server.process.stdin?.end();
  await once(server.process, 'close');
}
