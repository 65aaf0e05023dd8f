import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import type { PolicyPort } from '../../../../../src/kubernetes/diagnosis/facts/network.ts';
import { networkPolicyRule } from '../../../../../src/kubernetes/diagnosis/rules/network-policies.ts';
import { holding, lookupIn, served } from '../fake-cluster.ts';

describe('a NetworkPolicy', () => {
  const POLICIES = served('networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies');

  async function said(...ports: PolicyPort[]): Promise<string[]> {
    const policy: KubernetesObject = {
      kind: 'NetworkPolicy',
      metadata: { name: 'out', namespace: 'shop', uid: '1' },
      spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports }] },
    };
    const objects = {
      '/api/v1/namespaces/shop/pods/web': { metadata: { name: 'web', labels: { app: 'web' } } },
      '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/out': policy,
    };
    const { findings } = await networkPolicyRule.report(policy, lookupIn(holding(objects)), POLICIES);
    return findings.map(({ message }) => String(message));
  }

  it('lets pods resolve names through the ports of DNS, and perhaps through one that is only named', async () => {
    for (const port of [53, 5353, 'dns', 'dns-tcp', undefined])
      assert.deepEqual(await said({ protocol: 'UDP', ...(port !== undefined && { port }) }), [], String(port));
    assert.deepEqual(await said({ port: 1, endPort: 100 }), []);
    for (const port of [443, 54])
      assert.match(
        (await said({ port })).join(),
        /^its pods cannot resolve names: no policy lets them out to port 53$/,
      );
  });
});
