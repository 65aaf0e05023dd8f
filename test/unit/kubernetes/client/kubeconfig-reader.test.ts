import assert from 'node:assert/strict';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UntrustedKubeconfigError } from '../../../../src/kubernetes/client/kubeconfig.ts';
import { KubeconfigReader } from '../../../../src/kubernetes/client/kubeconfig-reader.ts';

const kubeconfig = (...names: string[]) => JSON.stringify({ contexts: names.map((name) => ({ name })) }, null, 1);

describe('the kubeconfig as it is read', () => {
  let folder: string;
  let path: string;
  let isRefused: boolean;
  let reader: KubeconfigReader;
  const problems: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reader-'));
    path = join(folder, 'config');
    isRefused = false;
    problems.length = 0;
    reader = new KubeconfigReader({
      kubeconfig: [path],
      permit: {
        isStrange: async () => false,
        admit: async (_, content) => {
          if (isRefused) throw new UntrustedKubeconfigError('refused', true);
          return content;
        },
      },
      onKubeconfigProblem: (error) => problems.push(String(error)),
    });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const names = async () => (await reader.read()).contexts.map(({ name }) => name);

  it('is the last good one while it is being written, or is gone, which is told once', async () => {
    await writeFile(path, kubeconfig('a', 'b'));
    assert.deepEqual(await names(), ['a', 'b']);
    await writeFile(path, kubeconfig('a', 'b').slice(0, 30));
    assert.deepEqual(await names(), ['a', 'b']);
    assert.deepEqual(await names(), ['a', 'b']);
    assert.equal(problems.length, 1);
    assert.match(String(problems[0]), /config is not valid YAML/);
    await unlink(path);
    assert.deepEqual(await names(), ['a', 'b']);
    assert.match(String(problems[1]), /does not exist/);
    await writeFile(path, kubeconfig('b'));
    assert.deepEqual(await names(), ['b']);
    assert.equal(problems.length, 2);
  });

  it('is an error while there has been no good one', async () => {
    await assert.rejects(reader.read(), /does not exist/);
    await writeFile(path, '{');
    await assert.rejects(reader.read(), /is not valid YAML/);
    assert.deepEqual(problems, []);
  });

  it('is not the last good one where it may not be used any more', async () => {
    await writeFile(path, kubeconfig('a'));
    await reader.read();
    isRefused = true;
    await assert.rejects(reader.read(), UntrustedKubeconfigError);
    await unlink(path);
    await assert.rejects(reader.read(), /does not exist/);
  });
});
