import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  contextIn,
  providedKubeconfig,
  providedSetting,
} from '../../../../src/extension/targets/provided-by-workspace.ts';

describe('consent', () => {
  let folder: string;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'consent-')));
  });
  after(() => rm(folder, { recursive: true }));

  it('to a kubeconfig is bound to its content, its place and the workspace', async () => {
    const path = join(folder, 'kubeconfig');
    const keyIn = async (identity: string) => (await providedKubeconfig(path, [folder], identity))?.key;
    await writeFile(path, 'contexts: [{ name: a }]');
    const keys = [await keyIn('one'), await keyIn('two')];
    assert.equal(await keyIn('one'), keys[0]);
    await writeFile(path, 'contexts: [{ name: a }]\nusers: [{ name: a, user: { exec: { command: x } } }]');
    keys.push(await keyIn('one'));
    assert.equal(new Set(keys).size, 3);
    assert.ok(!keys.includes(undefined));
    for (const text of ['{', '']) {
      await writeFile(path, text);
      assert.equal(await keyIn('one'), undefined);
    }
  });

  it('to a setting is bound to the exact value, its place, the workspace and the context', () => {
    const where = { place: 'file:///a', identity: 'one' };
    const context = { name: 'dev', server: 'https://dev' };
    const keys = [
      providedSetting('enableCreate', true, where),
      providedSetting('enableDelete', true, where),
      providedSetting('enableCreate', true, { ...where, place: 'file:///b' }),
      providedSetting('enableCreate', true, { ...where, identity: 'two' }),
      providedSetting('enableCreate', true, { ...where, context }),
      providedSetting('enableCreate', true, { ...where, context: { ...context, name: 'prod' } }),
      providedSetting('enableCreate', true, { ...where, context: { ...context, server: 'https://prod' } }),
      providedSetting('allowedContexts', ['a'], where),
      providedSetting('allowedContexts', ['a', 'b'], where),
      providedSetting('context', undefined, where),
    ].map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
  });

  it('is for the context that the kubeconfig and the settings say, and for its server', async () => {
    const path = join(folder, 'contexts');
    const clusters = [{ name: 'c', cluster: { server: 'https://me:pw@c.example' } }];
    const contexts = ['a', 'b'].map((name) => ({ name, context: { cluster: 'c', user: '' } }));
    await writeFile(path, JSON.stringify({ 'current-context': 'a', clusters, contexts }));
    const strange = async () => true;
    assert.deepEqual(await contextIn([path], undefined, strange), { name: 'a', server: 'https://c.example' });
    assert.equal((await contextIn([path], 'b', strange))?.name, 'b');
    assert.equal(await contextIn([path], 'x', strange), undefined);
  });
});
