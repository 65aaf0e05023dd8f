import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import { namespaceReport } from '../../../../../src/kubernetes/diagnosis/rules/namespaces.ts';
import { holding, lookupIn, served } from '../../../../support/fake-cluster.ts';

const NAMESPACE = { metadata: { name: 'shop' } };

/** The objects under their paths. */
function paths(objects: Record<string, Omit<KubernetesObject, 'metadata'> & { metadata?: object }>) {
  return Object.fromEntries(
    Object.entries(objects).map(([place, object]) => {
      const [group, plural, name] = place.split(' ');
      const metadata = { name, namespace: 'shop', uid: place, ...object.metadata };
      const root = group?.includes('/') ? `/apis/${group}` : `/api/${group}`;
      return [`${root}/namespaces/shop/${plural}/${name}`, { ...object, metadata }];
    }),
  );
}

async function report(objects: Parameters<typeof paths>[0]) {
  const kinds = [
    served('apps', 'v1', 'Deployment', 'deployments'),
    served('metrics.k8s.io', 'v1beta1', 'PodMetrics', 'pods'),
  ];
  const found = await namespaceReport(NAMESPACE, lookupIn(holding(paths(objects)), kinds));
  return { ...found, texts: found.findings.map(({ level, message }) => `${level}: ${message}`) };
}

const ready = { conditions: [{ type: 'Ready', status: 'True' }], phase: 'Running' };
const pod = (port: object) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', ports: [port] }] },
  status: { ...ready, containerStatuses: [{ name: 'main', ready: true }] },
});
const slice = (service: string) => ({
  metadata: { labels: { 'kubernetes.io/service-name': service } },
  endpoints: [{ conditions: { ready: true } }],
});

describe('namespaceReport', () => {
  it('judges each kind by its own rule', async () => {
    const { texts } = await report({
      'v1 pods web-1': pod({ name: 'http', containerPort: 80 }),
      'v1 services web': { spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'htp' }] } },
      'discovery.k8s.io/v1 endpointslices web-1': slice('web'),
      'v1 services bare': { spec: { ports: [{ port: 80 }] } },
      'v1 services outside': { spec: { type: 'ExternalName', selector: { app: 'outside' } } },
      'autoscaling/v2 horizontalpodautoscalers web': {
        spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gone' }, maxReplicas: 3 },
      },
      'batch/v1 jobs import': {
        status: { conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }] },
      },
      'apps/v1 statefulsets db': { spec: { replicas: 2 }, status: { replicas: 1 } },
      'apps/v1 daemonsets agent': { status: { desiredNumberScheduled: 3, currentNumberScheduled: 3 } },
      'v1 persistentvolumeclaims data': {
        spec: { resources: { requests: { storage: '20Gi' } } },
        status: { phase: 'Bound', capacity: { storage: '10Gi' } },
      },
      'rbac.authorization.k8s.io/v1 rolebindings reader': { roleRef: { kind: 'Role', name: 'gone' } },
    });
    assert.deepEqual(texts.toSorted(), [
      'cause: HorizontalPodAutoscaler web: the Deployment gone that it scales does not exist',
      'cause: Service bare: it has no endpoints: it has no selector, and nobody has made an EndpointSlice for it',
      'cause: Service web: its targetPort "htp" is the name of no container port; there are: http',
      'risk: RoleBinding shop/reader gives Role "gone", which does not exist',
      'symptom: Job import: it failed: DeadlineExceeded',
      'symptom: PersistentVolumeClaim data: it is smaller than it asks for: 10Gi of 20Gi',
      'symptom: StatefulSet db has 1 of 2 pods',
    ]);
  });

  it('has what was replaced as a risk, and what only failed as a cause', async () => {
    const evicted = (kind: string) => ({
      metadata: { ownerReferences: [{ apiVersion: 'v1', kind, name: 'it', uid: 'it', controller: true }] },
      status: { phase: 'Failed', reason: 'Evicted' },
    });
    const { texts } = await report({ 'v1 pods a': evicted('ReplicaSet'), 'v1 pods b': evicted('Job') });
    assert.deepEqual(texts, [
      'cause: pod b: it was ended: Evicted',
      'risk: 1 pod that failed has been replaced: a (Evicted)',
    ]);
  });

  it('has no cause in Jobs that are over their failures, nor in pods that shut down', async () => {
    const owned = (kind: string, name: string) => [
      { apiVersion: 'batch/v1', kind, name, uid: `batch/v1 jobs ${name}`, controller: true },
    ];
    const job = (cronJob: string, hour: number, type: string) => ({
      metadata: {
        creationTimestamp: `2026-01-01T0${hour}:00:00Z`,
        ...(cronJob ? { ownerReferences: owned('CronJob', cronJob) } : {}),
      },
      status: { conditions: [{ type, status: 'True' }] },
    });
    const failed = (name: string) => ({
      metadata: { ownerReferences: owned('Job', name) },
      status: { phase: 'Failed', reason: 'Evicted' },
    });
    const later = { spec: { schedule: '0 3 * * *' }, status: { lastSuccessfulTime: '2026-01-01T09:00:00Z' } };
    const { texts } = await report({
      'batch/v1 jobs import': job('', 1, 'Complete'),
      'v1 pods import-1': failed('import'),
      'batch/v1 jobs backup-1': job('backup', 1, 'Failed'),
      'batch/v1 jobs backup-2': job('backup', 2, 'Complete'),
      'v1 pods backup-1-a': failed('backup-1'),
      'batch/v1 jobs sweep-1': job('sweep', 1, 'Failed'),
      'batch/v1 cronjobs sweep': later,
      'v1 pods sweep-1-a': failed('sweep-1'),
      'batch/v1 jobs report-1': job('report', 3, 'Complete'),
      'batch/v1 jobs report-2': job('report', 4, 'Failed'),
      'v1 pods report-2-a': failed('report-2'),
      'v1 pods web-1': {
        metadata: { deletionTimestamp: new Date(Date.now() + 20_000).toISOString() },
        spec: { containers: [{ name: 'app' }, { name: 'proxy' }] },
        status: {
          phase: 'Running',
          containerStatuses: [{ name: 'app', ready: false, state: { terminated: { exitCode: 143, reason: 'Error' } } }],
        },
      },
    });
    assert.deepEqual(texts, [
      'cause: pod report-2-a: it was ended: Evicted',
      'risk: 3 pods that failed have been replaced: import-1 (Evicted), backup-1-a (Evicted), sweep-1-a (Evicted)',
    ]);
  });

  it('has the warnings, of each reason the newest', async () => {
    const event = (reason: string, minute: number, name: string) => ({
      type: 'Warning',
      reason,
      message: `${reason} of ${name}`,
      involvedObject: { kind: 'CronJob', name, namespace: 'shop', uid: name },
      lastTimestamp: `2026-01-01T00:0${minute}:00Z`,
    });
    const { warnings = [], texts } = await report({
      'v1 events a': event('InvalidSchedule', 1, 'old'),
      'v1 events b': event('InvalidSchedule', 2, 'new'),
      'v1 events c': event('FailedNeedsStart', 3, 'other'),
    });
    assert.deepEqual(texts, []);
    assert.deepEqual(
      warnings.map(({ reason, object }) => `${reason} ${object.name}`),
      ['FailedNeedsStart other', 'InvalidSchedule new'],
    );
  });

  it('finds nothing wrong where nothing is, and no kind fills the answer', async () => {
    const healthy = await report({
      'v1 pods web-1': pod({ name: 'http', containerPort: 80 }),
      'v1 services web': { spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] } },
      'discovery.k8s.io/v1 endpointslices web-1': slice('web'),
      'apps/v1 deployments web': { spec: { replicas: 1 }, status: { replicas: 1 } },
    });
    assert.deepEqual(healthy.texts, []);
    const many = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`v1 services s${index}`, { spec: { ports: [{ port: 80 }] } }]),
    );
    const { texts } = await report(many);
    assert.equal(texts.length, 5);
    assert.equal(texts.at(-1), 'cause: 26 more findings about services');
  });
});
