import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import { serviceReport } from '../../../../../src/kubernetes/diagnosis/rules/services.ts';
import { holding, lookupIn } from '../fake-cluster.ts';

describe('a Service', () => {
  const metadata = { name: 'db', namespace: 'shop' };

  async function said(ready: boolean, published = false): Promise<string> {
    const objects: Record<string, KubernetesObject> = {
      '/api/v1/namespaces/shop/pods/db-0': {
        metadata: { name: 'db-0', labels: { app: 'db' } },
        spec: { containers: [{ name: 'a' }] },
        status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] },
      },
      '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/db-1': {
        metadata: { name: 'db-1' },
        endpoints: [{ conditions: { ready } }],
      },
    };
    const spec = { selector: { app: 'db' }, ports: [{ port: 80 }], publishNotReadyAddresses: published };
    const { summary, findings } = await serviceReport({ kind: 'Service', metadata, spec }, lookupIn(holding(objects)));
    return [summary, ...findings.map(({ message }) => String(message)).filter((text) => /endpoints/.test(text))].join();
  }

  it('has the endpoints that its EndpointSlices say', async () => {
    assert.match(await said(false), /, 0 of 1 endpoints ready, .*,it has no endpoints: none of the 1 pods that /);
    assert.match(await said(true, true), /, 1 of 1 endpoints ready, ports 80→80$/);
  });
});
