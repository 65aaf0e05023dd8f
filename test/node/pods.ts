import { stringify } from 'yaml';
import { realNode } from '../server/environment.ts';
import { apply } from '../server/scratch.ts';

/** A pod for the real node: what a test sets besides its containers. */
export interface PodSketch {
  name: string;
  containers: Container[];
  [field: string]: unknown;
}

/** A container; image `shop/service:1.0` by default. */
export interface Container {
  name?: string;
  image?: string;
  /** By name. */
  env?: Record<string, string>;
  [field: string]: unknown;
}

/** A container that is ready once its program listens; without a probe, it is as soon as it runs. */
export function listening(port: number, more: Container): Container {
  return { readinessProbe: { tcpSocket: { port }, periodSeconds: 1 }, ...more };
}

/** A container that runs a shell script. */
export function script(text: string, more: Container = {}): Container {
  return { image: 'busybox:1.37', command: ['sh', '-c', text], ...more };
}

/** Applies pods that run on the real node. */
export async function applyPods(namespace: string, ...sketches: PodSketch[]): Promise<void> {
  const pods: object[] = [];
  for (const { name, labels, annotations, ...spec } of sketches) {
    const metadata = { name, namespace, labels, annotations };
    pods.push({ apiVersion: 'v1', kind: 'Pod', metadata, spec: await podSpec(spec) });
  }
  await apply(pods.map((pod) => stringify(pod)).join('---\n'));
}

/** What a pod or pod template needs to run on the real node. */
export async function podSpec({ containers, ...more }: Omit<PodSketch, 'name'>): Promise<object> {
  const { placement } = await realNode();
  return {
    ...placement,
    terminationGracePeriodSeconds: 1,
    ...more,
    containers: (containers as Container[]).map(container),
  };
}

/** In the API's format. */
export function container({ env, ...more }: Container): object {
  const variables = Object.entries(env ?? {}).map(([name, value]) => ({ name, value }));
  return { name: 'app', image: 'shop/service:1.0', ...(env && { env: variables }), ...more };
}
