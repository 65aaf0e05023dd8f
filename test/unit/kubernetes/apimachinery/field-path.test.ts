import assert from 'node:assert/strict';
import {
  changedPaths,
  fieldPathsOf,
  parsePath,
  pathText,
  valueAt,
} from '../../../../src/kubernetes/apimachinery/field-path.ts';

describe('field paths', () => {
  const texts: [string, unknown[]][] = [
    ['spec.replicas', ['spec', 'replicas']],
    ['spec.template.spec.containers[0].image', ['spec', 'template', 'spec', 'containers', 0, 'image']],
    ['spec.containers[name="web"].image', ['spec', 'containers', { keys: { name: 'web' } }, 'image']],
    [
      'spec.ports[containerPort=80,protocol="TCP"]',
      ['spec', 'ports', { keys: { containerPort: 80, protocol: 'TCP' } }],
    ],
    ['metadata.finalizers[="a.b/c"]', ['metadata', 'finalizers', { value: 'a.b/c' }]],
    ['data[a.b]', ['data', 'a.b']],
  ];
  for (const [text, path] of texts) {
    it(`reads and writes ${text}`, () => {
      assert.deepEqual(parsePath(text), path);
      assert.equal(pathText(parsePath(text)), text);
    });
  }

  it('reads a path that begins with a dot', () => {
    assert.deepEqual(parsePath('.spec.replicas'), ['spec', 'replicas']);
  });

  it('finds values by key, index, keys and value', () => {
    const object = { spec: { containers: [{ name: 'a' }, { name: 'b', image: 'x' }] }, list: ['p', 'q'] };
    assert.equal(valueAt(object, parsePath('spec.containers[name="b"].image')), 'x');
    assert.equal(valueAt(object, parsePath('spec.containers[0].name')), 'a');
    assert.equal(valueAt(object, parsePath('list[="q"]')), 'q');
    assert.equal(valueAt(object, parsePath('spec.nothing.there')), undefined);
    assert.equal(valueAt(object, parsePath('spec.constructor')), undefined);
  });

  it('lists the fields that a manager owns', () => {
    const fields = {
      'f:metadata': { 'f:labels': { '.': {}, 'f:app.kubernetes.io/name': {} } },
      'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } }, 'f:set': { 'v:"x"': {} } },
    };
    assert.deepEqual(fieldPathsOf(fields).map(pathText), [
      'metadata.labels[app.kubernetes.io/name]',
      'spec.containers[name="web"].image',
      'spec.set[="x"]',
    ]);
  });

  it('says where two objects differ, whatever the order of named members', () => {
    const before = {
      a: 1,
      list: [
        { name: 'x', v: 1 },
        { name: 'y', v: 2 },
      ],
      plain: [1, 2],
      gone: { deep: true },
    };
    const after = {
      a: 1,
      list: [
        { name: 'y', v: 3 },
        { name: 'x', v: 1 },
      ],
      plain: [1, 2, 3],
      added: 1,
    };
    assert.deepEqual(changedPaths(before, after).map(pathText), ['list[name="y"].v', 'plain', 'gone', 'added']);
    assert.deepEqual(changedPaths(before, before), []);
  });
});
