import assert from 'node:assert/strict';
import { join } from 'node:path';
import { findKubeconfig, type KubeconfigSources } from '../../../src/extension/kubeconfig-order.ts';

const folder = join('/', 'src', 'shop');

function sources(files: string[], changes: Partial<KubeconfigSources> = {}): KubeconfigSources {
  const present = new Set(files.map((name) => join(folder, name)));
  return {
    setting: [],
    folder,
    trusted: true,
    isFile: async (path) => present.has(path),
    permits: async () => true,
    kubernetesExtension: async () => ['/from/extension'],
    ...changes,
  };
}

describe('kubeconfig order', () => {
  it('begins with the setting', async () => {
    const found = await findKubeconfig(sources(['kubeconfig'], { setting: ['/a', '/b'] }));
    assert.deepEqual(found, { paths: ['/a', '/b'], source: 'setting' });
  });

  it('goes on with the first file of the folder', async () => {
    const names = ['.kube/config', '.kubeconfig', 'kubeconfig.yml', 'kubeconfig.yaml', 'kubeconfig'];
    for (let count = 1; count <= names.length; count++) {
      const present = names.slice(0, count);
      const found = await findKubeconfig(sources(present));
      assert.deepEqual(found, { paths: [join(folder, present.at(-1) ?? '')], source: 'workspace' });
    }
  });

  it('goes on with the Kubernetes extension', async () => {
    assert.deepEqual(await findKubeconfig(sources([])), { paths: ['/from/extension'], source: 'kubernetesExtension' });
  });

  it('passes over what the human has not agreed to', async () => {
    const permits =
      (...denied: string[]) =>
      async (paths: readonly string[]) =>
        !paths.some((path) => denied.includes(path));
    const all = { setting: ['/a'] };
    const file = join(folder, 'kubeconfig');
    const find = (...denied: string[]) =>
      findKubeconfig(sources(['kubeconfig'], { ...all, permits: permits(...denied) }));
    assert.deepEqual(await find('/a'), { paths: [file], source: 'workspace' });
    assert.equal((await find('/a', file)).source, 'kubernetesExtension');
    assert.equal((await find('/a', file, '/from/extension')).source, 'default');
  });

  it('ends with the defaults of the core', async () => {
    const found = await findKubeconfig(sources([], { kubernetesExtension: async () => [] }));
    assert.deepEqual(found, { paths: [], source: 'default' });
  });

  it('looks at nothing of a folder that is not trusted', async () => {
    const asked: string[] = [];
    const found = await findKubeconfig(
      sources(['kubeconfig'], {
        trusted: false,
        isFile: async (path) => asked.push(path) > 0,
        kubernetesExtension: async () => [String(asked.push('extension'))],
      }),
    );
    assert.deepEqual(found, { paths: [], source: 'default' });
    assert.deepEqual(asked, []);
  });

  it('works without a folder', async () => {
    const found = await findKubeconfig(sources([], { folder: undefined }));
    assert.equal(found.source, 'kubernetesExtension');
  });
});
