import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KustomizationFiles, kustomizationKind } from '../../../../src/extension/manifests/kustomization-files.ts';

const of = (texts: Record<string, string | undefined>) => KustomizationFiles.of(new Map(Object.entries(texts)));

describe('the kustomizations of a workspace', () => {
  it('own what they load, wherever it is, and nothing else', async () => {
    const files = await of({
      '/w/base/kustomization.yaml': 'resources: [web.yaml, ./parts/../svc.yaml]\n',
      '/w/overlays/prod/kustomization.yml': 'resources: [../../base/]\npatches: [{ path: patch.yaml }]\n',
      '/w/parts/tls/kustomization.yaml': 'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n',
    });
    const paths = ['base/web.yaml', 'base/svc.yaml', 'base/kustomization.yaml', 'overlays/prod/patch.yaml'];
    for (const path of paths) assert.ok(files.isPart(`/w/${path}`), path);
    for (const path of ['base/other.yaml', 'web.yaml', 'overlays/dev/patch.yaml', 'base/web.yaml.bak'])
      assert.ok(!files.isPart(`/w/${path}`), path);
    assert.deepEqual(files.whole, ['/w/base/kustomization.yaml', '/w/overlays/prod/kustomization.yml']);
  });

  it('are applied by their outermost ones, unless a base is chosen', async () => {
    const files = await of({
      '/w/base/kustomization.yaml': 'resources: [web.yaml]\n',
      '/w/prod/kustomization.yaml': 'resources: [../base/]\n',
      '/wide/kustomization.yaml': 'resources: []\n',
    });
    assert.deepEqual(files.rootsBelow('/w'), ['/w/prod/kustomization.yaml']);
    assert.deepEqual(files.rootsBelow('/w/base'), ['/w/base/kustomization.yaml']);
    assert.deepEqual(files.rootsBelow('/'), ['/w/prod/kustomization.yaml', '/wide/kustomization.yaml']);
  });

  it('own all below their folder while nobody can read what they load', async () => {
    for (const text of [undefined, 'resources: [', '- a list\n', `# ${'x'.repeat(500_001)}`]) {
      const files = await of({ '/w/app/kustomization.yaml': text });
      assert.deepEqual(files.whole, ['/w/app/kustomization.yaml'], text?.slice(0, 20));
      assert.ok(files.isPart('/w/app/below/patch.yaml'));
      assert.ok(!files.isPart('/w/apple.yaml'));
    }
  });

  it('are one a folder', async () => {
    const files = await of({ '/w/kustomization.yaml': 'a: 1\n', '/w/Kustomization': 'a: 1\n' });
    assert.equal(files.whole.length, 1);
  });

  it('are no objects that only have the name', async () => {
    const text = 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\n';
    assert.equal(kustomizationKind('/w/kustomization.yaml', text), undefined);
    assert.equal(kustomizationKind('/w/apps.yaml', 'resources: []\n'), undefined);
    const files = await of({ '/w/kustomization.yaml': text });
    assert.deepEqual([files.whole, files.isPart('/w/kustomization.yaml')], [[], false]);
  });

  it('are found in whatever a file says', async () => {
    const value = fc.jsonValue({ maxDepth: 3 }).map((one) => JSON.stringify({ resources: one, patches: one }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(value, fc.string()), async (text) => {
        const files = await of({ '/w/kustomization.yaml': text });
        assert.ok(files.whole.every((path) => path === '/w/kustomization.yaml'));
        assert.ok(!files.isPart('/other/a.yaml') || text.includes('other'));
      }),
    );
  });
});
