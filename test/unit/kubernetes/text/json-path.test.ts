import assert from 'node:assert/strict';
import { parseJson } from '../../../../src/kubernetes/apimachinery/json.ts';
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

  it('compares amounts by size, and texts letter by letter', () => {
    const own = (fields: object) => ({ metadata: { labels: fields }, spec: { limits: fields, fields } });
    const holds = (value: unknown, condition: string) =>
      holdsFor(own({ cpu: value }), parseCondition(condition), new PathBudget());
    for (const [value, condition, expected] of [
      ['1500m', '.spec.limits.cpu>1', true],
      ['500m', '.spec.limits.cpu>1', false],
      ['1Gi', '.spec.limits.cpu>500000000', true],
      ['1Gi', '500000000<.spec.limits.cpu', true],
      ['1Gi', '500Mi<=.spec.limits.cpu', true],
      ['500m', '.spec.limits.cpu=0.5', true],
      ['500m', '.spec.limits.cpu!=0.5', false],
      ['1500m', ".spec.limits.cpu>'200m'", true],
      ['1500m', ".spec.limits.cpu='1.5'", true],
      ['1.10', '.metadata.labels.cpu=1.1', false],
      ['1.10', '.metadata.labels.cpu!=1.1', true],
      ['1.10', '.metadata.labels.cpu=1.10', true],
      ['1.10', '1.10=.metadata.labels.cpu', true],
      ['1.10', '.metadata.labels.cpu>1', true],
      ['1000', '.metadata.labels.cpu=1k', false],
      ['1d', '.metadata.labels.cpu=1d', true],
      ['true', '.metadata.labels.cpu=true', true],
      ['80', '.spec.fields.*=80', true],
      [80, '.spec.fields.*=80.0', true],
      [80, ".spec.fields.*='80'", true],
      [9, ".spec.fields.*<'10'", true],
      ['1024Mi', '.spec.fields.*=1Gi', true],
      ['abc', '.spec.fields.*>5', false],
      ['', '.spec.fields.*>=0', false],
      [true, '.spec.fields.*=1', false],
      ['b', ".spec.fields.*>'a'", true],
      [1, '1<2', true],
    ] as const)
      assert.equal(holds(value, condition), expected, `${JSON.stringify(value)}: ${condition}`);
    const list = [{ version: '1.10' }, { version: 1.1 }];
    assert.deepEqual(queryPath({ list }, '.list[?(@.version==1.1)]'), [list[1]]);
    assert.deepEqual(queryPath({ list }, '.list[?(@.version==1.10)]'), list);
  });

  it('compares integers that a double cannot hold', () => {
    const [below, odd, above] = ['9007199254740991', '9007199254740993', '9223372036854775807'];
    const values = (digits: string) => [parseJson(digits), digits];
    for (const value of values(odd)) {
      const holds = (condition: string) =>
        holdsFor({ x: value, n: parseJson(odd), s: odd }, parseCondition(condition), new PathBudget());
      const sides: [string, string, boolean][] = [below, odd, '9007199254740992', above, '5', '1Ei'].flatMap(
        (digits) => {
          const [own, other] = [BigInt(odd), digits === '1Ei' ? 2n ** 60n : BigInt(digits)];
          return [
            ['<', digits, own < other],
            ['<=', digits, own <= other],
            ['>', digits, own > other],
            ['>=', digits, own >= other],
            ['==', digits, own === other],
            ['!=', digits, own !== other],
          ];
        },
      );
      for (const [operator, digits, expected] of sides)
        assert.equal(holds(`.x${operator}${digits}`), expected, `${typeof value} ${operator} ${digits}`);
      for (const same of ['.x==.n', '.x==.s', `.x=='${odd}'`, '.x>=.n', '.x<=.s']) assert.ok(holds(same), same);
    }
    const list = values(odd).map((x) => ({ x }));
    assert.deepEqual(queryPath({ list }, `.list[?(@.x==${odd})]`), list);
    assert.deepEqual(queryPath({ list }, `.list[?(@.x>${odd})]`), []);
  });

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
    const long = [2n ** 53n + 1n, '1Gi', 1, 2n ** 63n, '9007199254740992', 2 ** 55];
    assert.deepEqual(sorted(long), [1, '1Gi', '9007199254740992', 2n ** 53n + 1n, 2 ** 55, 2n ** 63n]);
    assert.ok(
      compareValues(undefined, 1) > 0 && compareValues(1, undefined) < 0 && compareValues(undefined, undefined) === 0,
    );
  });
});
