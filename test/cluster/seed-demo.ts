import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { type ApiClient, inParallel, type KubeObject } from './api-client.ts';
import type { Cluster } from './running-cluster.ts';

const folder = join(import.meta.dirname, 'seeds/demo');
const managerAnnotation = 'demo.mcp-k8s/field-manager';

/** The longest name that most kinds allow. */
export const longName = `${'a-very-long-name-'.repeat(15).slice(0, 252)}x`;

/** Applies the demo seed, and waits until healthy objects are ready and broken ones show it. */
export async function seedDemo({ client }: Pick<Cluster, 'client'>, seconds = 180): Promise<void> {
  const longOne: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: longName, namespace: 'shop' },
    data: { about: 'a name of 253 characters' },
  };
  // Namespaces and kinds come before what needs them.
  const first: KubeObject[] = [];
  const second: KubeObject[] = [longOne];
  for (const object of readSeeds()) {
    (['Namespace', 'CustomResourceDefinition'].includes(object.kind) ? first : second).push(object);
  }
  for (const objects of [first, second]) await inParallel(objects, 8, (object) => applyAsPeopleDo(client, object));
  await settle(client, seconds);
}

function readSeeds(): KubeObject[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
    .map((document) => document.toJS() as KubeObject);
}

/** As `kubectl apply` leaves it: owned by kubectl (or the seed's manager), with the last-applied annotation. */
async function applyAsPeopleDo(client: ApiClient, object: KubeObject): Promise<void> {
  const { [managerAnnotation]: manager = 'kubectl', ...annotations } = object.metadata.annotations ?? {};
  const lastApplied = `${JSON.stringify({ ...object, metadata: { ...object.metadata, annotations } })}\n`;
  const metadata = {
    ...object.metadata,
    annotations: { ...annotations, 'kubectl.kubernetes.io/last-applied-configuration': lastApplied },
  };
  await client.apply({ ...object, metadata }, manager);
}

interface Live {
  metadata: { name: string; labels?: Record<string, string> };
  reason?: string;
  status?: {
    phase?: string;
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    numberReady?: number;
    desiredNumberScheduled?: number;
    succeeded?: number;
    conditions?: { type: string; status: string }[];
    containerStatuses?: { state?: { waiting?: { reason?: string } } }[];
  };
  spec?: { replicas?: number };
}

/** A condition that must hold, named for the error message. */
interface Expectation {
  what: string;
  path: string;
  holds(items: Live[]): boolean;
}

const ready = (namespace: string, kind: string, name: string): Expectation => ({
  what: `${kind} ${namespace}/${name} is ready`,
  path: `/apis/apps/v1/namespaces/${namespace}/${kind}`,
  holds: (items) =>
    items.some(({ metadata, spec, status }) => {
      if (metadata.name !== name) return false;
      if (kind === 'daemonsets') return !!status?.numberReady && status.numberReady === status.desiredNumberScheduled;
      return status?.readyReplicas === spec?.replicas && status?.updatedReplicas === spec?.replicas;
    }),
});

const pod = (app: string, what: string, holds: (status: NonNullable<Live['status']>) => boolean): Expectation => ({
  what: `a pod of ${app} ${what}`,
  path: '/api/v1/namespaces/shop/pods',
  holds: (items) => items.some(({ metadata, status }) => metadata.labels?.app === app && !!status && holds(status)),
});

const waiting = (app: string, ...reasons: string[]) =>
  pod(app, `waits in ${reasons[0]}`, ({ containerStatuses }) =>
    reasons.includes(containerStatuses?.[0]?.state?.waiting?.reason ?? ''),
  );

const condition = (app: string, type: string) =>
  pod(
    app,
    `is not ${type}`,
    ({ conditions }) => conditions?.some((one) => one.type === type && one.status === 'False') ?? false,
  );

const event = (reason: string): Expectation => ({
  what: `an event ${reason}`,
  path: '/api/v1/namespaces/shop/events',
  holds: (items) => items.some((one) => one.reason === reason),
});

const expectations: Expectation[] = [
  ...['web', 'api', 'cart', 'catalog'].map((name) => ready('shop', 'deployments', name)),
  ready('team-a', 'deployments', 'worker'),
  ready('team-b', 'deployments', 'reports'),
  ready('shop', 'statefulsets', 'postgres'),
  ready('shop', 'daemonsets', 'log-agent'),
  {
    what: 'jobs shop/migrate-db has succeeded',
    path: '/apis/batch/v1/namespaces/shop/jobs',
    holds: (items) => items.some(({ metadata, status }) => metadata.name === 'migrate-db' && status?.succeeded === 1),
  },
  {
    what: 'persistentvolumeclaims shop/uploads is bound',
    path: '/api/v1/namespaces/shop/persistentvolumeclaims',
    holds: (items) => items.some(({ metadata, status }) => metadata.name === 'uploads' && status?.phase === 'Bound'),
  },
  waiting('payments', 'CrashLoopBackOff'),
  waiting('recommendations', 'ImagePullBackOff', 'ErrImagePull'),
  condition('analytics', 'PodScheduled'),
  condition('search', 'Ready'),
  ...['BackOff', 'Failed', 'FailedScheduling', 'Unhealthy'].map(event),
];

async function settle(client: ApiClient, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  let missing = expectations;
  for (;;) {
    const paths = [...new Set(missing.map(({ path }) => path))];
    const lists = await Promise.all(
      paths.map(async (path) => [path, ((await client.get(path)) as { items: Live[] }).items] as const),
    );
    const items = new Map(lists);
    missing = missing.filter(({ path, holds }) => !holds(items.get(path) ?? []));
    if (missing.length === 0) return;
    if (Date.now() > deadline) {
      const list = missing.map(({ what }) => `  ${what}`).join('\n');
      throw new Error(`the demo seed has not settled within ${seconds} s; it is not so that\n${list}`);
    }
    await sleep(100);
  }
}
