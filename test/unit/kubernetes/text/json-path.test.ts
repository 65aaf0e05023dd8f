import assert from 'node:assert/strict';
import {
  compareValues,
  holdsFor,
  PathBudget,
  parseColumn,
  parseColumns,
  queryPath,
} from '../../../../src/kubernetes/text/json-path.ts';
import { parseCondition } from '../../../../src/kubernetes/text/json-path-syntax.ts';

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

describe('holdsFor', () => {
  const day = 86_400_000;
  const object = {
    metadata: { name: 'web', creationTimestamp: new Date(Date.now() - 2 * day).toISOString() },
    spec: {
      replicas: 3,
      containers: [{ name: 'a', resources: { limits: { memory: '512Mi', cpu: '250m' } } }, { name: 'b' }],
    },
    status: { phase: 'Running', counts: [1, 7], started: null },
  };
  const cases: [string, boolean][] = [
    ['.spec.replicas>2', true],
    ['.spec.replicas > 3', false],
    ['.status.counts[*]>5', true],
    ['.metadata.creationTimestamp>1d', true],
    ['.metadata.creationTimestamp>3d', false],
    ['.metadata.creationTimestamp<50h', true],
    ['.spec.containers[?(!@.resources.limits)]', true],
    ['!.spec.containers[*].resources.limits', false],
    ['.spec.containers[*].resources.limits.memory>=512Mi', true],
    ['.spec.containers[*].resources.limits.memory>1Gi', false],
    ['.spec.containers[*].resources.limits.cpu<500m', true],
    ['.status.phase!="Running" || .spec.replicas==3', true],
    ['.status.phase=="Running" && !.spec.paused', true],
    ['[?(@.status.phase=="Running")]', true],
    ['$.status.phase=="Pending"', false],
    ['.status.phase>1d', false],
    ['status.phase=Running', true],
    ['.status.phase = Pending', false],
    ['status.phase!=Running', false],
    ['spec.replicas=3', true],
    ['.spec.replicas=spec.replicas', true],
    ['.spec.nodeName==""', true],
    ['.spec.nodeName!=""', false],
    ['.status.phase!=""', true],
    ['.status.started', false],
    ['!.status.started', true],
    ['.status.started==null', true],
    ['.status.phase!=null', true],
    ['.status.started<1', false],
  ];
  for (const [text, expected] of cases)
    it(text, () => assert.equal(holdsFor(object, parseCondition(text), new PathBudget()), expected));

  it('says where a condition is wrong', () => {
    for (const text of ['', '.spec.replicas >', '.a = ', '.a =~ "b"', '.a > 1x', '.a >> 1', '.a > 5 .b'])
      assert.throws(() => parseCondition(text), /is not a condition: .*Examples: /, text);
  });
});

describe('compareValues', () => {
  it('knows numbers, quantities, times and texts, and puts nothing last', () => {
    const sorted = (values: unknown[]) => [...values].sort(compareValues);
    assert.deepEqual(sorted(['1Gi', '512Mi', '2Gi']), ['512Mi', '1Gi', '2Gi']);
    assert.deepEqual(sorted([10, 9, 1]), [1, 9, 10]);
    assert.deepEqual(sorted(['web-10', 'web-9']), ['web-9', 'web-10']);
    assert.deepEqual(sorted([null, 2, 1]), [1, 2, null]);
    assert.ok(
      compareValues(undefined, 1) > 0 && compareValues(1, undefined) < 0 && compareValues(undefined, undefined) === 0,
    );
  });
});
