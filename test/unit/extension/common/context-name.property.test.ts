import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contextBadge, contextSegment, shortContext } from '../../../../src/extension/common/context-name.ts';
import { hasInvisible } from '../../../../src/kubernetes/text/visible.ts';

const word = fc.constantFrom('prod', 'dev', 'a', 'eu-central-1', 'my-project', 'us-gov-west-1');
const account = fc.constantFrom('123456789012', '999999999999', '1');
const partition = fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'other');
const cloud = fc.oneof(
  fc.tuple(partition, word, account, word).map(([a, b, c, d]) => `arn:${a}:eks:${b}:${c}:cluster/${d}`),
  fc.tuple(word, word, word).map(([a, b, c]) => `gke_${a}_${b}_${c}`),
);
const signs = fc.constantFrom(
  ...['a', '/', '∕', ' ', '"', '\\', '(', ')', '.', ':', '_', 'u', '2', '0', '1', '5', '{', '}'],
  ...['\u200b', '\u202e', '\u00a0', '\n', '\ud800', 'é', '集'],
);
const context = fc.oneof(
  cloud,
  // What a short name looks like, and what that looks like in quotes.
  cloud.map(shortContext),
  cloud.map((name) => shortContext(shortContext(name))),
  fc.string({ unit: signs, minLength: 1, maxLength: 6 }),
  fc.string({ unit: 'binary', minLength: 1 }),
);
const pair = fc.oneof(
  fc.tuple(context, context),
  context.chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(`${name} `, ` ${name}`, `"${name}"`, name))),
);

describe('the short name of a context', () => {
  it('is never that of another one', () => {
    fc.assert(
      fc.property(pair, ([one, other]) => {
        for (const name of [shortContext, contextSegment]) assert.equal(name(one) === name(other), one === other);
      }),
      { numRuns: 5_000 },
    );
  });

  it('hides nothing, and is one part of a path', () => {
    fc.assert(
      fc.property(context, (name) => {
        const shown = contextSegment(name);
        assert.ok(!hasInvisible(shown), JSON.stringify(shown));
        assert.doesNotMatch(shown, /\/|^\.*$| {2}|^ | $/);
        assert.equal(decodeURIComponent(encodeURIComponent(shown)), shown);
      }),
      { numRuns: 2_000 },
    );
  });

  it('begins with the cluster, as people call it', () => {
    const names = {
      'arn:aws:eks:eu-central-1:123456789012:cluster/prod': 'prod (eu-central-1 123456789012)',
      'arn:aws-cn:eks:cn-north-1:123456789012:cluster/prod': 'prod (aws-cn cn-north-1 123456789012)',
      'gke_my-project_europe-west1-b_prod': 'prod (europe-west1-b my-project)',
      'default/api-example-com:6443/kube:admin': 'default/api-example-com:6443/kube:admin',
      'kind-dev': 'kind-dev',
      'prod (eu-central-1 123456789012)': '"prod (eu-central-1 123456789012)"',
    };
    for (const [name, short] of Object.entries(names)) assert.equal(shortContext(name), short);
  });

  it('has a badge of at most two letters', () => {
    assert.deepEqual(['admin', 'prod-eu', 'prod-us', '集群', '::'].map(contextBadge), [
      'ad',
      'pe',
      'pu',
      '集群',
      undefined,
    ]);
    fc.assert(
      fc.property(context, (name) => {
        assert.ok([...(contextBadge(name) ?? '')].length <= 2);
      }),
    );
  });
});
