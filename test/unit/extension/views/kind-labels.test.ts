import assert from 'node:assert/strict';
import fc from 'fast-check';
import { iconOf, pluralOf } from '../../../../src/extension/views/kind-labels.ts';
import { kind } from '../../../support/api-resource.ts';

describe('kinds in the plural', () => {
  it('are written as their API has them, with the capitals of the kind', () => {
    const cases = [
      ['Pod', 'pods', 'Pods'],
      ['Ingress', 'ingresses', 'Ingresses'],
      ['NetworkPolicy', 'networkpolicies', 'NetworkPolicies'],
      ['Endpoints', 'endpoints', 'Endpoints'],
      ['ClusterIssuer', 'clusterissuers', 'ClusterIssuers'],
      ['Widget', 'gadgets', 'Widget'],
    ];
    for (const [one = '', name = '', plural] of cases) assert.equal(pluralOf({ kind: one, name }), plural);
  });

  it('never lose the kind', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][A-Za-z]{0,20}$/), (one) => {
        assert.equal(pluralOf({ kind: one, name: `${one.toLowerCase()}s` }), `${one}s`);
      }),
    );
  });

  it('have an icon each', () => {
    assert.notEqual(iconOf(kind('Pod')), iconOf(kind('Secret')));
    assert.equal(iconOf(kind('Widget', 'example.com')), 'symbol-class');
  });
});
