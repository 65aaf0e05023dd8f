import assert from 'node:assert/strict';
import { cleanManifest } from '../../../../src/kubernetes/apimachinery/clean-manifest.ts';

const pod = (spec: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', ...metadata },
  spec,
});

describe('cleanManifest', () => {
  it('leaves out what the server and controllers fill in', () => {
    const metadata = {
      uid: '1',
      resourceVersion: '2',
      creationTimestamp: 'x',
      generation: 1,
      ownerReferences: [{ name: 'x' }],
      labels: { app: 'a', 'pod-template-hash': 'x' },
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    };
    const container = {
      name: 'a',
      image: 'a:1',
      imagePullPolicy: 'IfNotPresent',
      terminationMessagePolicy: 'File',
      resources: {},
    };
    const mount = { name: 'kube-api-access-x1y2z', mountPath: '/x' };
    const spec = {
      nodeName: 'n',
      priority: 0,
      restartPolicy: 'Always',
      serviceAccount: 'default',
      serviceAccountName: 'default',
      containers: [{ ...container, volumeMounts: [mount] }],
      volumes: [{ name: 'kube-api-access-x1y2z' }],
      tolerations: [{ key: 'node.kubernetes.io/not-ready', tolerationSeconds: 300 }],
    };
    assert.deepEqual(cleanManifest({ ...pod(spec, metadata), status: {} }), {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', labels: { app: 'a' } },
      spec: { containers: [{ name: 'a', image: 'a:1' }] },
    });
  });

  it('keeps what somebody chose', () => {
    const container = {
      name: 'a',
      image: 'a',
      imagePullPolicy: 'IfNotPresent',
      livenessProbe: { httpGet: { path: '/', port: 1 }, periodSeconds: 5 },
    };
    const spec = { restartPolicy: 'Never', containers: [container], volumes: [{ name: 'x', emptyDir: {} }] };
    assert.deepEqual(cleanManifest(pod(spec)).spec, spec);
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { clusterIP: 'None', ports: [{ port: 80, targetPort: 8080 }] },
    };
    assert.deepEqual(cleanManifest(service), service);
    const widget = {
      apiVersion: 'demo.dev/v1',
      kind: 'Widget',
      metadata: { name: 'a' },
      spec: { restartPolicy: 'Always' },
    };
    assert.deepEqual(cleanManifest(widget), widget);
  });
});
