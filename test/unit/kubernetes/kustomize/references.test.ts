import assert from 'node:assert/strict';
import fc from 'fast-check';
import { partsOf, referencesOf } from '../../../../src/kubernetes/kustomize/references.ts';

const WHERE = 'app/kustomization.yaml';

describe('the references of a kustomization', () => {
  it('are all paths that it may hold', () => {
    assert.deepEqual(
      referencesOf(
        {
          resources: ['web.yaml', '../base', 'web.yaml'],
          components: ['parts/tls'],
          patches: [{ path: 'a.yaml' }, { patch: 'text' }],
          patchesStrategicMerge: ['b.yaml', 'kind: Deployment\n'],
          patchesJson6902: [{ path: 'c.json', target: { kind: 'Service' } }],
          replacements: [{ path: 'd.yaml' }, { source: {} }],
          configMapGenerator: [{ name: 'x', files: ['e.conf', 'key=f=g.conf'], envs: ['.env'], literals: ['a=b'] }],
          secretGenerator: [{ env: 'h.env' }],
          openapi: { path: 'i.json' },
          crds: ['j.yaml'],
          configurations: ['k.yaml'],
          images: [{ name: 'web', newTag: '2' }],
        },
        WHERE,
      ),
      {
        files: [
          'j.yaml',
          'k.yaml',
          'b.yaml',
          'a.yaml',
          'c.json',
          'd.yaml',
          'i.json',
          '.env',
          'h.env',
          'e.conf',
          'f=g.conf',
        ],
        bases: ['web.yaml', '../base', 'parts/tls'],
      },
    );
    for (const nothing of [undefined, null, 'text', [], { resources: 'x', patches: [1] }])
      assert.deepEqual(referencesOf(nothing, WHERE).files, []);
  });

  it('are refused where something is loaded from elsewhere, in any case of a field', () => {
    for (const address of [
      'https://example.com/a.yaml',
      'HTTP://example.com',
      'github.com/acme/app//base?ref=v1',
      'GitHub.com/acme/app',
      'git@example.com:acme/app.git',
      'git::https://example.com/app',
      'ssh://example.com/app',
      'file:///etc',
      'gh:acme/app',
      'example.com/app//base',
      'C:\\windows',
      '~/secret',
      '/etc/passwd',
      '-o',
      'a\nb',
    ])
      for (const kustomization of [
        { resources: [address] },
        { Resources: [address] },
        { re\u017fource\u017f: [address] },
        { bases: [address] },
        { components: [address] },
        { crds: [address] },
        { patches: [{ path: address }] },
        { Patches: [{ PATH: address }] },
        { configMapGenerator: [{ files: [`key=${address}`] }] },
        { openapi: { path: address } },
      ])
        assert.throws(
          () => referencesOf(kustomization, WHERE),
          /nothing is loaded from elsewhere/,
          JSON.stringify(kustomization),
        );
  });

  it('are refused with what runs programs', () => {
    for (const field of ['generators', 'transformers', 'validators', 'helmCharts', 'HelmCharts', 'helmGlobals'])
      assert.throws(() => referencesOf({ [field]: ['x.yaml'] }, WHERE), /no plugin, function or chart is run/);
  });

  it('hold no address, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const found = (() => {
          try {
            return referencesOf({ resources: [text] }, WHERE).bases;
          } catch {
            return [];
          }
        })();
        for (const entry of found) assert.doesNotMatch(entry, /:|@|\?|^\/|\/\/|\n/);
      }),
    );
  });
});

describe('the parts of a kustomization', () => {
  it('are all that it names, also where it cannot be built', () => {
    const remote = 'github.com/org/repo?ref=v1';
    const kustomization = {
      resources: ['web.yaml', remote],
      Patches: [{ path: 'patch.yaml' }],
      transformers: ['labels.yaml'],
      helmCharts: [{ name: 'redis' }],
    };
    assert.deepEqual(partsOf(kustomization).sort(), [remote, 'labels.yaml', 'patch.yaml', 'web.yaml'].sort());
    assert.deepEqual(partsOf('no kustomization'), []);
  });
});
