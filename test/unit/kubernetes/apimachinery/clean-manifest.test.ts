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

  const spec = (kind: string, content: object, apiVersion = 'v1') =>
    cleanManifest({ apiVersion, kind, metadata: { name: 'a' }, spec: { ...content } }).spec;

  it('leaves out a default only where the fields beside it make it one', () => {
    const job = (content: object) => [
      spec('Job', content, 'batch/v1'),
      (spec('CronJob', { jobTemplate: { spec: content } }, 'batch/v1') as { jobTemplate?: { spec?: object } })
        ?.jobTemplate?.spec,
    ];
    const kept: [content: object, left: object | undefined][] = [
      [
        { completions: 1, parallelism: 3, suspend: true },
        { completions: 1, parallelism: 3, suspend: true },
      ],
      [{ completions: 1, parallelism: 1, suspend: true }, { suspend: true }],
      [{ completions: 5, parallelism: 1 }, { completions: 5 }],
      // A work queue.
      [{ parallelism: 1 }, { parallelism: 1 }],
      [
        { backoffLimit: 6, backoffLimitPerIndex: 1 },
        { backoffLimit: 6, backoffLimitPerIndex: 1 },
      ],
      [{ backoffLimit: 2147483647, backoffLimitPerIndex: 1 }, { backoffLimitPerIndex: 1 }],
      [
        { podFailurePolicy: { rules: [] }, podReplacementPolicy: 'TerminatingOrFailed' },
        { podFailurePolicy: { rules: [] }, podReplacementPolicy: 'TerminatingOrFailed' },
      ],
      [{ podFailurePolicy: { rules: [] }, podReplacementPolicy: 'Failed' }, { podFailurePolicy: { rules: [] } }],
    ];
    for (const [content, left] of kept)
      for (const found of job(content)) assert.deepEqual(withoutEmpty(found), left, JSON.stringify(content));

    const ports = [{ port: 80, targetPort: 80, protocol: 'TCP' }];
    const headless = { clusterIP: 'None', ports };
    assert.deepEqual(spec('Service', { ...headless, ipFamilyPolicy: 'SingleStack' }), {
      ...{ clusterIP: 'None', ipFamilyPolicy: 'SingleStack' },
      ports: [{ port: 80 }],
    });
    assert.deepEqual(spec('Service', { ...headless, selector: { app: 'a' }, ipFamilyPolicy: 'SingleStack' }), {
      ...{ clusterIP: 'None', selector: { app: 'a' } },
      ports: [{ port: 80 }],
    });
    const image = (image: string, imagePullPolicy: string) =>
      spec('Pod', { containers: [{ name: 'a', image, imagePullPolicy }] });
    const latest = 'a:latest@sha256:1';
    assert.deepEqual(image(latest, 'IfNotPresent'), {
      containers: [{ name: 'a', image: latest, imagePullPolicy: 'IfNotPresent' }],
    });
    assert.deepEqual(image(latest, 'Always'), { containers: [{ name: 'a', image: latest }] });
    assert.deepEqual(image('host:5000/a@sha256:1', 'IfNotPresent'), {
      containers: [{ name: 'a', image: 'host:5000/a@sha256:1' }],
    });
  });

  it('keeps the IP families that somebody may have chosen', () => {
    const families = (...ipFamilies: string[]) => spec('Service', { ipFamilies, ipFamilyPolicy: 'SingleStack', x: 1 });
    assert.deepEqual(families('IPv6'), { ipFamilies: ['IPv6'], x: 1 });
    assert.deepEqual(families('IPv4'), { x: 1 });
  });

  it('leaves out a binding that a controller made, and keeps one that somebody chose', () => {
    const bound = {
      annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes', 'pv.kubernetes.io/bind-completed': '' },
    };
    const clean = (kind: string, content: object, metadata: object) =>
      cleanManifest({ apiVersion: 'v1', kind, metadata: { name: 'a', ...metadata }, spec: { ...content } }).spec;
    const claim = { volumeName: 'v', accessModes: [] };
    assert.deepEqual(clean('PersistentVolumeClaim', claim, bound), { accessModes: [] });
    assert.deepEqual(clean('PersistentVolumeClaim', claim, {}), claim);
    const volume = { claimRef: { name: 'c', namespace: 'n', uid: '1', resourceVersion: '2' }, accessModes: [] };
    assert.deepEqual(clean('PersistentVolume', volume, bound), { accessModes: [] });
    assert.deepEqual(clean('PersistentVolume', volume, {}), {
      claimRef: { name: 'c', namespace: 'n' },
      accessModes: [],
    });
  });
});

/** A Job is given an empty template. */
function withoutEmpty(spec: unknown): object | undefined {
  const { template: _, ...rest } = spec as { template?: unknown };
  return rest;
}
