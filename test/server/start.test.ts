import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    assert.ok((await readdir(join(home, '.cache', 'mcp-k8s', 'compiled'))).length > 0);
    assert.equal(await start({ HOME: join(folder, 'other'), NODE_COMPILE_CACHE: join(folder, 'told') }), 0);
    assert.ok((await readdir(join(folder, 'told'))).length > 0);
    assert.ok(!(await readdir(folder)).includes('other'));
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
});
