import assert from 'node:assert/strict';
import fc from 'fast-check';
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

  it('takes members for each other by place where a name is not one member’s alone', () => {
    const [a, b] = ['a', 'b'].map((namespace) => ({ kind: 'ServiceAccount', name: 'default', namespace }));
    const changed = (before: unknown, after: unknown) => changedPaths({ list: before }, { list: after }).map(pathText);
    assert.deepEqual(changed([a], [a, b]), ['list']);
    assert.deepEqual(changed([a, b], [b]), ['list']);
    assert.deepEqual(changed([a, b], [a, { ...b, kind: 'User' }]), ['list[1].kind']);
    assert.deepEqual(changed([a, b], [a, b]), []);
  });

  it('knows a field of any name', () => {
    assert.deepEqual(changedPaths({}, { constructor: 1 }), [['constructor']]);
    assert.deepEqual(changedPaths({ toString: 1 }, {}), [['toString']]);
  });

  it('finds a port without a protocol as one of TCP', () => {
    const ports = [{ port: 53 }, { port: 53, protocol: 'UDP' }];
    const found = (protocol: string) => valueAt(ports, [{ keys: { port: 53, protocol } }]);
    assert.deepEqual([found('TCP'), found('UDP'), found('SCTP')], [...ports, undefined]);
  });

  it('finds of any change places that differ in both objects', () => {
    const word = fc.constantFrom('a', 'b', 'constructor');
    const member = fc.record({ name: word, port: fc.constantFrom(1, 2) }, { noNullPrototype: true });
    const list = fc.array(fc.oneof({ weight: 5, arbitrary: member }, { weight: 1, arbitrary: fc.constant('x') }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.dictionary(word, list), fc.dictionary(word, list), (before, after) => {
        const paths = changedPaths(before, after);
        for (const path of paths) assert.notDeepEqual(valueAt(before, path), valueAt(after, path));
        const sorted = (lists: Record<string, unknown[]>) =>
          Object.entries(lists)
            .map(([key, items]) => [key, items.map((item) => JSON.stringify(item)).sort()])
            .sort();
        if (paths.length === 0) assert.deepEqual(sorted(before), sorted(after));
      }),
      { numRuns: 1_000 },
    );
  });
});
