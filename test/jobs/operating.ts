import assert from 'node:assert/strict';
import { issue, signingRequest, tlsSecret } from '../server/issued-certificates.ts';
import type { Job } from './job.ts';
import { deployment, documents, service } from './manifests.ts';
import { read } from './reading.ts';

/** "When does the certificate of our shop end, and for which name is it?" */
export const findExpiry: Job<string[]> = {
  name: 'when a certificate ends',
  atMost: { calls: 1, bytes: 500 },
  async prepare(place) {
    await place.apply(
      tlsSecret('shop', place.namespace, await issue('shop', { days: 5, hosts: ['shop.example.com'] })),
    );
  },
  async run(call, namespace) {
    const text = await call('diagnose_resource', { kind: 'secret', name: 'shop', namespace });
    return [...read(text, /(shop\.example\.com)/), ...read(text, /(?:in|for) (\d+)d/)];
  },
  async verify(_, found) {
    assert.equal(found[0], 'shop.example.com');
    assert.ok(['4', '5'].includes(found[1] ?? ''));
  },
};

/** "Approve the certificate request that is called like this namespace, if it is Alice's." */
export const approveRequest: Job = {
  name: 'approve a certificate request',
  atMost: { calls: 2, bytes: 1_500 },
  async prepare(place) {
    const request = Buffer.from(await signingRequest('alice')).toString('base64');
    await place.apply(
      JSON.stringify({
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: { name: place.namespace },
        spec: { signerName: 'kubernetes.io/kube-apiserver-client', request, usages: ['client auth'] },
      }),
    );
  },
  async run(call, namespace) {
    const what = { kind: 'csr', name: namespace };
    read(await call('diagnose_resource', what), /for (CN=alice)$/m);
    const condition = { type: 'Approved', status: 'True', reason: 'Asked', message: 'by the user' };
    const patch = JSON.stringify({ status: { conditions: [condition] } });
    await call('update_resource', { ...what, subresource: 'approval', patch });
  },
  async verify(place) {
    const { status } = await place.get('csr', place.namespace);
    assert.equal(status.conditions?.[0]?.type, 'Approved');
  },
  async cleanUp(place) {
    await place.kubectl('delete', 'csr', place.namespace);
  },
};

/** "Give the pod more memory without restarting it." */
export const resizePod: Job = {
  name: 'resize a pod in place',
  atMost: { calls: 1, bytes: 700 },
  async prepare(place) {
    const resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '64Mi' } };
    // Simulated nodes do not support it, so the pod never starts.
    const spec = { containers: [{ name: 'app', image: 'nginx:1.29', resources }], nodeSelector: { no: 'where' } };
    await place.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'cache' }, spec }));
  },
  async run(call, namespace) {
    const memory = { requests: { memory: '96Mi' }, limits: { memory: '96Mi' } };
    const patch = JSON.stringify({ spec: { containers: [{ name: 'app', resources: memory }] } });
    await call('update_resource', { kind: 'pod', name: 'cache', namespace, subresource: 'resize', patch });
  },
  async verify(place) {
    assert.equal(await place.kubectl('get', 'pod', 'cache', '-o', 'jsonpath={..limits.memory}'), '96Mi');
  },
};

/** "Does the shop answer?" */
export const askService: Job<string> = {
  name: 'ask a Service',
  atMost: { calls: 1, bytes: 500 },
  async prepare(place) {
    await place.apply(documents(deployment({ name: 'shop', port: 80 }), service('shop', { app: 'shop' })));
    await place.untilPods('shop', { ready: 1 });
    await place.untilServed('shop', await place.pods('-l', 'app=shop'));
  },
  async run(call, namespace) {
    return read(await call('request_service', { name: 'shop', namespace, path: '/healthz' }), /^(\d{3}) /)[0] ?? '';
  },
  async verify(_, found) {
    assert.equal(found, '200');
  },
};
