import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { standIns } from '../../scripts/stand-ins.ts';

describe('stand-ins of modules', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-stand-ins-'));
    await mkdir(join(folder, 'node_modules', 'js-yaml'), { recursive: true });
  });
  after(() => rm(folder, { recursive: true }));

  async function bundle(contents: string): Promise<string> {
    const options = { bundle: true, write: false, format: 'esm', logLevel: 'silent' } as const;
    const stdin = { contents, resolveDir: folder };
    const { outputFiles } = await build({ ...options, stdin, plugins: standIns('js-yaml') });
    return outputFiles.map(({ text }) => text).join();
  }
  const dependency = (text: string) => writeFile(join(folder, 'node_modules', 'js-yaml', 'index.js'), text);
  const use = 'import { load } from "js-yaml"; console.log(load);';

  it('are bundled instead of them', async () => {
    await dependency('exports.load = () => "everything";');
    const code = await bundle(use);
    assert.match(code, /JSON\.parse/);
    assert.doesNotMatch(code, /everything/);
  });

  it('fail the build when the module no longer has what they stand for', async () => {
    await dependency('exports.parse = () => "everything";');
    await assert.rejects(bundle(use), /has no load any longer: see scripts\/stand-ins\.ts/);
  });

  it('fail the build when nothing imports the module', async () => {
    await assert.rejects(bundle('console.log(1)'), /Nothing imports .*js-yaml.* can go/);
  });

  it('load what few need when it is used', async () => {
    await mkdir(join(folder, 'node_modules', 'hpagent'), { recursive: true });
    const text = 'order.push("loaded"); exports.HttpProxyAgent = exports.HttpsProxyAgent = "an agent";';
    await writeFile(join(folder, 'node_modules', 'hpagent', 'index.js'), text);
    const contents = 'import { HttpProxyAgent } from "hpagent"; order.push("started"); order.push(HttpProxyAgent);';
    const options = { bundle: true, write: false, format: 'iife', logLevel: 'silent' } as const;
    const stdin = { contents, resolveDir: folder };
    const { outputFiles } = await build({ ...options, stdin, plugins: standIns('hpagent') });
    const order: string[] = [];
    runInNewContext(outputFiles[0]?.text ?? '', { order });
    assert.deepEqual(order, ['started', 'loaded', 'an agent']);
  });
});
