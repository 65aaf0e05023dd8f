import assert from 'node:assert/strict';
import { ApiError } from '../../../../../src/kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import type { Service } from '../../../../../src/kubernetes/diagnosis/facts/types.ts';
import { serviceReport } from '../../../../../src/kubernetes/diagnosis/rules/services.ts';
import { holding, lookupIn } from '../../../../support/fake-cluster.ts';

describe('a Service', () => {
  const metadata = { name: 'db', namespace: 'shop' };

  const POD = {
    metadata: { name: 'db-0', labels: { app: 'db' } },
    spec: { containers: [{ name: 'a' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] },
  };
  const READY = { ...POD, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } };
  const ENDED = { ...POD, status: { phase: 'Succeeded' } };
  const ENDING = { ...READY, metadata: { ...POD.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };

  /** The findings with this pod, and these endpoints: are they ready? */
  async function said(
    pod: KubernetesObject,
    endpoints: boolean[],
    { selector = { app: 'db' } as object, published = false } = {},
    about = /endpoints/,
  ): Promise<string[]> {
    const objects: Record<string, KubernetesObject> = {
      '/api/v1/namespaces/shop/pods/db-0': pod,
      '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/db-1': {
        metadata: { name: 'db-1' },
        endpoints: endpoints.map((ready) => ({ conditions: { ready } })),
      },
    };
    const spec = { selector, ports: [{ port: 80 }], publishNotReadyAddresses: published } as Service['spec'];
    const { findings } = await serviceReport({ kind: 'Service', metadata, spec }, lookupIn(holding(objects)));
    return findings.map(({ level, message }) => `${level}: ${message}`).filter((text) => about.test(text));
  }

  it('has the endpoints that its EndpointSlices say', async () => {
    const none = 'symptom: it has no endpoints: none of the 1 pods that its selector app=db matches is ready';
    assert.deepEqual(await said(POD, [false]), [none]);
    assert.deepEqual(await said(POD, [true], { published: true }), []);
    assert.deepEqual(await said(READY, [true, false]), []);
    assert.deepEqual(await said({ ...POD, status: { phase: 'Failed', reason: 'Evicted' } }, [true], {}, /Evicted/), []);
  });

  it('has none from pods that have ended or are being deleted, nor before its controller acts', async () => {
    const none = 'symptom: it has no endpoints: none of the 1 pods that its selector app=db matches is ready';
    assert.deepEqual(await said(ENDED, []), [`${none} (1 ended)`]);
    assert.deepEqual(await said(ENDING, [false]), [`${none} (1 being deleted)`]);
    const yet = 'symptom: it has no endpoints yet for the ready pods that its selector app=db matches';
    assert.deepEqual(await said(READY, []), [yet]);
    const foreign = await said(READY, [false, false], { selector: {} });
    assert.deepEqual(foreign, ['symptom: none of its 2 endpoints is ready']);
  });

  it('leads to ports that its pods have, for its protocol and while they run', async () => {
    const said = async (port: object, spec: object, more: object = {}) => {
      const objects: Record<string, KubernetesObject> = {
        '/api/v1/namespaces/shop/pods/db-0': { ...READY, spec },
        '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/db-1': {
          metadata: { name: 'db-1' },
          endpoints: [{ conditions: { ready: true } }],
        },
      };
      const ports = [{ port: 53, ...port }];
      const service = { kind: 'Service', metadata, spec: { selector: { app: 'db' }, ports, ...more } };
      const { findings } = await serviceReport(service, lookupIn(holding(objects)));
      return findings.map(({ level, message }) => `${level}: ${message}`);
    };
    const dns = (protocol: string) => ({ name: 'dns', containerPort: 53, protocol });
    const both = { containers: [{ name: 'a', ports: [dns('UDP'), dns('TCP')] }] };
    const udp = { containers: [{ name: 'a', ports: [dns('UDP')] }] };
    const early = { containers: [{ name: 'a' }], initContainers: [{ name: 'i', ports: [dns('TCP')] }] };
    const [sidecar] = early.initContainers;
    const late = { ...early, initContainers: [{ ...sidecar, restartPolicy: 'Always' }] };
    for (const spec of [both, late])
      for (const port of [{ targetPort: 'dns' }, {}]) assert.deepEqual(await said(port, spec), []);
    assert.deepEqual(await said({ targetPort: 'dns', protocol: 'UDP' }, udp), []);
    assert.deepEqual(await said({ protocol: 'UDP' }, udp), []);
    assert.deepEqual(await said({ targetPort: 'dns' }, udp), [
      'cause: its targetPort "dns" is the name of no TCP port of the containers; there are: dns/UDP',
    ]);
    assert.deepEqual(await said({ targetPort: 'dns' }, early), [
      'cause: its targetPort "dns" is the name of no container port; the containers name none',
    ]);
    assert.deepEqual(await said({}, udp), [
      'risk: its targetPort 53 is not among the ports that the containers declare: 53/UDP',
    ]);
    assert.deepEqual(await said({}, early), []);
    const headless = { clusterIP: 'None' };
    for (const targetPort of ['dns', 9053, undefined])
      assert.deepEqual(await said({ targetPort }, both, headless), [], String(targetPort));
    const missed =
      'risk: it is headless, so its name leads to no targetPort, and its port 80 is not among the ports that the containers declare: 53/UDP, 53';
    for (const targetPort of ['dns', 53, undefined])
      assert.deepEqual(await said({ port: 80, targetPort }, both, headless), [missed]);
    assert.match(
      (await said({ targetPort: 'http' }, both, headless)).join(),
      /^cause: its targetPort "http" is the name/,
    );
  });

  it('is judged by its pods where nobody may read EndpointSlices', async () => {
    const blind = async (pod: KubernetesObject) => {
      const spec = { selector: { app: 'db' }, ports: [{ port: 80 }] };
      const inner = holding({ '/api/v1/namespaces/shop/pods/db-0': pod });
      const lookup = lookupIn((path) => {
        if (path.endsWith('/endpointslices')) throw new ApiError(403, 'Forbidden', 'no');
        return inner(path);
      });
      const { findings } = await serviceReport({ kind: 'Service', metadata, spec }, lookup);
      return findings.filter(({ message }) => /endpoints/.test(String(message))).length;
    };
    assert.deepEqual([await blind(READY), await blind(POD), await blind(ENDED)], [0, 1, 1]);
  });
});
