import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../support/cache.ts';
import { type ApiClient, inParallel, type KubeObject } from './api-client.ts';
import type { Cluster } from './running-cluster.ts';

const namespace = 'scale';
const configMaps = 5_000;
const pods = 2_000;
const width = 32;
const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** Fills the namespace `scale` with 5,000 ConfigMaps and 2,000 running pods; keeps what is already there. */
export async function seedScale({ client }: Pick<Cluster, 'client'>, progress: Progress = () => {}): Promise<void> {
  const begin = Date.now();
  const done = (what: string) => progress(`${what} after ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  await seedPods(client);
  done(`${pods} running Pods`);
  await create(client, 'configmaps', configMaps, configMap);
  done(`${configMaps} ConfigMaps`);
}

/** Only the pods of the scale seed. */
export async function seedPods(client: ApiClient): Promise<void> {
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await create(client, 'pods', pods, pod);
  await allRunning(client);
}

async function create(
  client: ApiClient,
  plural: string,
  count: number,
  body: (index: number) => KubeObject,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/${plural}`;
  const { items } = (await client.get(path, { accept: NAMES_ONLY })) as { items: KubeObject[] | null };
  const present = new Set((items ?? []).map(({ metadata }) => metadata.name));
  const missing = [...Array(count).keys()].map(body).filter(({ metadata }) => !present.has(metadata.name));
  await inParallel(missing, width, async (object) => {
    for (let attempt = 0; ; attempt++) {
      const { status, body: answer } = await client.send('POST', path, { body: object });
      if (status === 201 || status === 409) return;
      // The default service account appears shortly after the namespace.
      if (status !== 403 || attempt === 100) throw new Error(`POST ${path}: ${status} ${answer}`);
      await sleep(50);
    }
  });
}

const number = (index: number) => String(index).padStart(4, '0');

function configMap(index: number): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `config-${number(index)}`, labels: { app: 'scale', group: `g${index % 20}` } },
    data: { index: String(index), settings: `timeout: ${index % 60}s\nretries: ${index % 5}\n` },
  };
}

function pod(index: number): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `pod-${number(index)}`,
      labels: { app: 'scale', group: `g${index % 20}` },
      annotations: { 'demo.mcp-k8s/quiet': 'true' },
    },
    spec: {
      containers: [{ name: 'app', image: 'busybox:1.37', command: ['sleep', 'infinity'] }],
    },
  };
}

async function allRunning(client: ApiClient): Promise<void> {
  const query = 'fieldSelector=status.phase%21%3DRunning&limit=1';
  const deadline = Date.now() + 300_000;
  for (;;) {
    const list = (await client.get(`/api/v1/namespaces/${namespace}/pods?${query}`)) as { items: unknown[] };
    if (list.items.length === 0) return;
    if (Date.now() > deadline) throw new Error('the pods of the scale seed are not all running after 300 s');
    await sleep(200);
  }
}
