import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  isRecordMetadata,
  isRecordName,
  isRecordNameOf,
  RELEASE_SELECTOR,
  recordName,
  selectsReleases,
} from '../../../../src/kubernetes/apimachinery/helm-storage.ts';

interface Requirement {
  key: string;
  operator: '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!';
  values: string[];
}

const words = fc.constantFrom('owner', 'helm', 'helmet', 'notowner', 'name', 'in', 'notin', 'owner/x');
const requirement: fc.Arbitrary<Requirement> = fc.record({
  key: words,
  operator: fc.constantFrom('=', '==', '!=', 'in', 'notin', 'exists', '!'),
  values: fc.array(fc.oneof(words, fc.constant('')), { minLength: 1, maxLength: 3 }),
});
const space = fc.constantFrom('', ' ', '\t', '  ');

function written({ key, operator, values }: Requirement, gap: string): string {
  const [first = ''] = values;
  if (operator === '!') return `!${gap}${key}`;
  if (operator === 'exists') return `${gap}${key}`;
  const list = operator === 'in' || operator === 'notin';
  return list ? `${key} ${operator}${gap}(${values.join(`,${gap}`)})` : `${key}${gap}${operator}${gap}${first}`;
}

/** By Kubernetes' documentation of label selectors. */
function isMet({ key, operator, values }: Requirement, labels: Record<string, string>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const among = operator === 'in' || operator === 'notin' ? values : values.slice(0, 1);
  const isAmong = value !== undefined && among.includes(value);
  if (operator === 'exists') return value !== undefined;
  if (operator === '!') return value === undefined;
  return operator === '!=' || operator === 'notin' ? !isAmong : isAmong;
}

describe('a selector of releases', () => {
  it('leaves nothing but what Helm owns, however it is written', () => {
    const labels = fc.dictionary(words, fc.oneof(words, fc.constant('')));
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 4 }), space, labels, (requirements, gap, object) => {
        const selector = requirements.map((one) => written(one, gap)).join(`${gap},`);
        const isSelected = requirements.every((one) => isMet(one, object));
        if (selectsReleases(selector) && isSelected) assert.equal(object.owner, 'helm', selector);
        const isDemanded = requirements.some(
          ({ key, operator, values }) => key === 'owner' && /^(=|==|in)$/.test(operator) && values.join() === 'helm',
        );
        const isContrary = requirements.some(({ key, operator }) => key === 'owner' && /^(=|==|in)$/.test(operator));
        if (!isDemanded && !isContrary) assert.ok(!selectsReleases(selector), selector);
        assert.ok(
          selectsReleases(
            [
              ...requirements.filter(({ key }) => key !== 'owner').map((one) => written(one, gap)),
              RELEASE_SELECTOR,
            ].join(),
          ),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('is none that only looks like one', () => {
    for (const selector of [
      undefined,
      '',
      'owner',
      'owner=helmet',
      'notowner=helm',
      'x-owner=helm',
      'owner!=helm',
      'owner notin (helm)',
      'owner in (helm,other)',
      'owner in (helm,)',
      'name in (x,owner=helm)',
      'owner=helm,',
      'name\0,owner=helm',
    ])
      assert.ok(!selectsReleases(selector), selector);
    for (const selector of ['owner=helm', 'owner==helm', 'owner in (helm)', 'name=web,owner=helm,status=deployed'])
      assert.ok(selectsReleases(selector), selector);
  });
});

describe('a record of a release', () => {
  it('is known by its name or its label', () => {
    assert.equal(recordName('web', 3), 'sh.helm.release.v1.web.v3');
    assert.ok(isRecordName(recordName('web', 3)) && isRecordNameOf(recordName('web', 3), 'web'));
    for (const name of [undefined, '', 'web', 'sh.helm.release.v10', 'x.sh.helm.release.v1.web.v1'])
      assert.ok(!isRecordName(name), name);
    for (const name of [
      undefined,
      'sh.helm.release.v1.web-2.v1',
      'sh.helm.release.v1.web.v',
      'sh.helm.release.v1.web.v1x',
    ])
      assert.ok(!isRecordNameOf(name, 'web'), name);
    assert.ok(isRecordMetadata({ name: recordName('web', 1) }));
    assert.ok(isRecordMetadata({ name: 'x', labels: { owner: 'helm' } }));
    for (const metadata of [undefined, null, 'x', {}, { name: 1, labels: 2 }, { name: 'x', labels: { owner: 'bob' } }])
      assert.ok(!isRecordMetadata(metadata));
  });
});
