import assert from 'node:assert/strict';
import { PathBudget, parseColumn, parseColumns, queryPath } from '../../../../src/kubernetes/text/json-path.ts';

const pod = {
  metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'shop', plain: 'x' } },
  spec: {
    containers: [
      { name: 'a', image: 'one:1' },
      { name: 'b', image: 'two:2' },
    ],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
  },
};

describe('queryPath', () => {
  const cases: [string, unknown[]][] = [
    ['.metadata.name', ['web']],
    ['{.metadata.name}', ['web']],
    ['metadata.name', ['web']],
    ['$.metadata.name', ['web']],
    ['.spec.containers[*].image', ['one:1', 'two:2']],
    ['.spec.containers[1].name', ['b']],
    ["{.metadata.labels['app.kubernetes.io/name']}", ['shop']],
    ['.metadata.labels.app\\.kubernetes\\.io/name', ['shop']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    ['..image', ['one:1', 'two:2']],
    ['.spec.nothing', []],
    [".metadata.labels['app.kubernetes.io/name','plain']", ['shop', 'x']],
    [".spec.containers[*]['name','image']", ['a', 'one:1', 'b', 'two:2']],
    ['.spec.containers[?(@.resources.limits.cpu=="1")].name', []],
    ['.spec.containers[?(!@.resources.limits)].name', ['a', 'b']],
    ['.spec.volumes[?(@.name=="x")].name', []],
  ];
  for (const [path, expected] of cases) it(`reads ${path}`, () => assert.deepEqual(queryPath(pod, path), expected));

  it('never runs code', () => {
    for (const path of [
      '$[?(@.constructor.constructor("globalThis.hacked = 1")())]',
      '$.spec.containers[?(process.exit(1))]',
      '$[?(globalThis.hacked = 1)]',
    ]) {
      try {
        queryPath(pod, path);
      } catch (error) {
        assert.match(String(error), /is not a JSONPath/);
      }
      assert.equal((globalThis as { hacked?: number }).hacked, undefined);
    }
  });
});

describe('parseColumn', () => {
  it('takes the header given, else the last word of the path', () => {
    assert.deepEqual(parseColumn('node:.spec.nodeName'), { header: 'NODE', path: '.spec.nodeName' });
    assert.deepEqual(parseColumn('.spec.containers[*].image'), { header: 'IMAGE', path: '.spec.containers[*].image' });
    assert.deepEqual(parseColumn('{.metadata.name}'), { header: 'NAME', path: '{.metadata.name}' });
  });
});

describe('PathBudget', () => {
  it('looks at so much for all paths of a call, and no more', () => {
    const budget = new PathBudget();
    const big = { items: Array.from({ length: 50_000 }, (_, at) => at) };
    const look = () => queryPath(big, '.items[*]', budget);
    assert.equal(look().length, 50_000);
    assert.throws(() => {
      for (let times = 0; times < 1_000; times += 1) look();
    }, /use fewer, or narrow the list/);
    assert.throws(() => parseColumns(Array(51).fill('.a')), /at most 50/);
  });
});
