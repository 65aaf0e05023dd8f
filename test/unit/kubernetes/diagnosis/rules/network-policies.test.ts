import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import type { PolicyPort } from '../../../../../src/kubernetes/diagnosis/facts/network.ts';
import type { Pod, ServicePort } from '../../../../../src/kubernetes/diagnosis/facts/types.ts';
import { blockedFindings, networkPolicyRule } from '../../../../../src/kubernetes/diagnosis/rules/network-policies.ts';
import { holding, lookupIn, served } from '../../../../support/fake-cluster.ts';

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
    assert.deepEqual(await said({ protocol: 'UDP', port: 1, endPort: 100 }), []);
    for (const port of [443, 54, 53, 'dns'])
      assert.match((await said({ port })).join(), /^its pods cannot resolve names: no policy lets them out to UDP 53$/);
  });

  it('opens a port of a Service only for its protocol', async () => {
    const ports = [
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 53 },
    ];
    const pod: Pod = { metadata: { name: 'dns' }, spec: { containers: [{ name: 'a', ports }] } };
    let spec = {};
    const blocked = async (opened: PolicyPort, ...served: ServicePort[]) => {
      const policy: KubernetesObject = {
        metadata: { name: 'in', namespace: 'shop' },
        spec: { podSelector: {}, ingress: [{ ports: [opened] }] },
      };
      const lookup = lookupIn(holding({ '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/in': policy }));
      return (await blockedFindings({ ...spec, ports: served }, [pod], 'shop', lookup)).findings.map(({ message }) =>
        String(message),
      );
    };
    const both = [
      { port: 53, protocol: 'UDP' },
      { port: 53, targetPort: 'dns-tcp' },
    ];
    const why = 'of its pods, where the network plugin enforces policies';
    assert.deepEqual(await blocked({ port: 53 }, ...both), [`NetworkPolicy in lets nobody reach UDP 53 ${why}`]);
    assert.deepEqual(await blocked({ protocol: 'UDP', port: 'dns' }, ...both), [
      `NetworkPolicy in lets nobody reach TCP dns-tcp ${why}`,
    ]);
    // Whoever asks by the name of a headless one reaches its port, whoever reads its endpoints its targetPort.
    spec = { clusterIP: 'None' };
    const mapped = { port: 80, targetPort: 8080 };
    for (const port of [80, 8080]) assert.deepEqual(await blocked({ port }, mapped), []);
    assert.deepEqual(await blocked({ port: 53 }, mapped), [`NetworkPolicy in lets nobody reach TCP 80 ${why}`]);
  });

  it('names ports that its pods have for the same protocol', async () => {
    const named = async (protocol: string) => {
      const policy: KubernetesObject = {
        metadata: { name: 'in', namespace: 'shop', uid: '1' },
        spec: { podSelector: {}, ingress: [{ ports: [{ port: 'dns', protocol }] }] },
      };
      const ports = [{ name: 'dns', containerPort: 53, protocol: 'UDP' }];
      const pod = { metadata: { name: 'dns' }, spec: { containers: [{ name: 'a', ports }] } };
      const lookup = lookupIn(holding({ '/api/v1/namespaces/shop/pods/dns': pod }));
      const { findings } = await networkPolicyRule.report(policy, lookup, POLICIES);
      return findings.map(({ level, message }) => `${level}: ${message}`).filter((text) => text.startsWith('cause'));
    };
    assert.deepEqual(await named('UDP'), []);
    assert.deepEqual(await named('TCP'), ['cause: a rule opens TCP port "dns", which no container of its pods has']);
  });
});
