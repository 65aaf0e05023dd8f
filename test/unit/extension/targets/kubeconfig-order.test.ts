import assert from 'node:assert/strict';
import { join } from 'node:path';
import { findKubeconfig, type KubeconfigSources } from '../../../../src/extension/targets/kubeconfig-order.ts';

const folder = join('/', 'src', 'shop');

function sources(files: string[], changes: Partial<KubeconfigSources> = {}): KubeconfigSources {
  const present = new Set(files.map((name) => join(folder, name)));
  return {
    setting: [],
    folder,
    trusted: true,
    isFile: async (path) => present.has(path),
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
