import assert from 'node:assert/strict';
import { kindsIn, looksLikeManifest, manifestPlace } from '../../../../src/extension/documents/manifest-text.ts';

const HEAD = 'apiVersion: apps/v1\nkind: Deployment\n';

/** The position of `|` in a text. */
function placeIn(text: string) {
  const lines = text.split('\n');
  const line = lines.findIndex((one) => one.includes('|'));
  const character = lines[line]?.indexOf('|') ?? 0;
  return manifestPlace(
    lines.map((one) => one.replace('|', '')),
    line,
    character,
  );
}

describe('the place in a manifest', () => {
  const places: [string, string, string][] = [
    ['at the top', `${HEAD}sp|`, '/sp'],
    ['below a key', `${HEAD}spec:\n  re|`, 'spec/re'],
    ['after siblings', `${HEAD}spec:\n  replicas: 1\n  te|`, 'spec/te'],
    ['in the first line of a list member', `${HEAD}spec:\n  containers:\n  - na|`, 'spec.containers/na'],
    ['in a later line of a list member', `${HEAD}spec:\n  containers:\n  - name: a\n    im|`, 'spec.containers/im'],
    [
      'in the second member',
      `${HEAD}spec:\n  containers:\n    - name: a\n      ports:\n        - name: x\n    - im|`,
      'spec.containers/im',
    ],
    [
      'deep inside of the second member',
      `${HEAD}spec:\n  containers:\n  - name: a\n    image: b\n  - name: c\n    resources:\n      li|`,
      'spec.containers.resources/li',
    ],
    ['in a document of its own', `${HEAD}spec:\n  x: 1\n---\napiVersion: v1\nkind: Pod\nspec:\n  no|`, 'spec/no'],
    ['among labels', `${HEAD}metadata:\n  labels:\n    app.kubernetes.io/na|`, 'metadata.labels/app.kubernetes.io/na'],
  ];
  for (const [name, text, expected] of places) {
    it(`is found ${name}`, () => {
      const place = placeIn(text);
      assert.equal(`${place?.above.join('.')}/${place?.key}`, expected);
    });
  }

  it('knows the value from the key', () => {
    assert.equal(placeIn(`${HEAD}spec:\n  paused: tr|`)?.value, 'tr');
    assert.equal(placeIn(`${HEAD}spec:\n  paused: |`)?.value, '');
    assert.equal(placeIn(`${HEAD}spec:\n  paused|`)?.value, undefined);
  });

  it('knows the siblings, above and below', () => {
    const text = `${HEAD}spec:\n  containers:\n  - name: a\n    env:\n    - name: x\n    im|\n    ports: []\n  - name: b\n    stdin: true\n`;
    assert.deepEqual(placeIn(text)?.siblings.sort(), ['env', 'name', 'ports']);
  });

  it('knows whether a list still needs its dash', () => {
    assert.equal(placeIn(`${HEAD}spec:\n  containers:\n    |`)?.bare, true);
    assert.equal(placeIn(`${HEAD}spec:\n  containers:\n  - |`)?.bare, false);
  });

  it('is nowhere without a kind, in a comment, and inside of words', () => {
    assert.equal(placeIn('spec:\n  re|'), undefined);
    assert.equal(placeIn(`${HEAD}# sp|`), undefined);
    assert.equal(placeIn(`${HEAD}data:\n  a: two words|`), undefined);
  });
});

describe('a manifest', () => {
  it('is told from other YAML', () => {
    assert.ok(looksLikeManifest(HEAD));
    assert.ok(!looksLikeManifest('apiVersion: v1\nkind: Config\nclusters: []\n'));
    assert.ok(!looksLikeManifest('services:\n  web:\n    image: nginx\n'));
  });

  it('says the kinds of its documents', () => {
    assert.deepEqual(kindsIn(`${HEAD}---\napiVersion: "v1"\nkind: 'Pod' # a pod\n---\nkind: Alone\n`), [
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      { apiVersion: 'v1', kind: 'Pod' },
    ]);
  });
});
