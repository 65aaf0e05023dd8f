import { type ApiResource, pathOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { fieldSelector } from '../../kubernetes/apimachinery/field-selector.ts';
import { fieldAt, objectsAt, textAt } from '../../kubernetes/apimachinery/fields.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { controllerOf, isOwnedBy } from '../../kubernetes/apimachinery/ownership.ts';
import { type Kind, kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { listAll } from '../../kubernetes/client/pages.ts';
import { readObject } from '../../kubernetes/client/read-object.ts';
import { healthOf } from '../../kubernetes/diagnosis/health.ts';
import { referencesOf } from '../../kubernetes/diagnosis/rules/references.ts';
import { statusOf, troubleOf } from '../../kubernetes/workloads/containers.ts';
import { type ContainerStatus, type Pod, podsOf } from '../../kubernetes/workloads/pods.ts';
import { WORKLOAD_KINDS, type WorkloadKind } from '../../kubernetes/workloads/workload-kinds.ts';
import type { LiveRow } from './live-list.ts';
import type { ContainerNode, Located } from './nodes.ts';
import { USED } from './relation-kinds.ts';

/** What is shown below an object: what it runs, leads to, or is used by. */
export type Related =
  | { type: 'object'; resource: ApiResource; namespace: string | undefined; row: LiveRow; role?: string | undefined }
  | ({ type: 'container' } & Pick<ContainerNode, 'name' | 'isInit' | 'health' | 'summary' | 'image'>)
  | { type: 'address'; text: string; isReady: boolean };

/** What refers to others in the spec of a pod, and where that is. */
const USERS: readonly Pick<WorkloadKind, 'resource' | 'podSpec'>[] = [
  ...WORKLOAD_KINDS,
  { resource: kinds.pods, podSpec: ['spec'] },
];
/** The most that are shown below one object, and the most that are read to find them. */
const MAX_SHOWN = 500;
const MAX_READ = 2_000;

/** What is shown below an object, as it is now. @throws what reading it throws. */
export async function relatedTo(connection: Connection, located: Located, signal: AbortSignal): Promise<Related[]> {
  const kind = resourceNameOf(located.resource);
  const related = new Relations(connection, signal);
  if (kind === 'services') return related.endpointsOf(located);
  if (kind === 'nodes') return related.podsOn(located.name);
  if (kind in USED) return related.usersOf(located, USED[kind] ?? '');
  const object = await readObject(connection.client, located.resource, located.namespace, located.name, signal);
  if (kind === 'pods') return containersOf(object as Pod);
  return kind === 'cronjobs.batch' ? related.jobsOf(object) : related.podsOfWorkload(located.resource, object);
}

class Relations {
  readonly #connection: Connection;
  readonly #signal: AbortSignal;

  constructor(connection: Connection, signal: AbortSignal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  async podsOfWorkload(resource: ApiResource, object: KubernetesObject): Promise<Related[]> {
    const pods = await podsOf(this.#connection, resource, object, this.#signal);
    return this.#objects(kinds.pods, pods ?? []);
  }

  async podsOn(node: string): Promise<Related[]> {
    const pods = await this.#list(kinds.pods, undefined, { fieldSelector: fieldSelector({ 'spec.nodeName': node }) });
    const related = await this.#objects(kinds.pods, pods);
    return related.map((one) => (one.type === 'object' ? { ...one, role: one.namespace } : one));
  }

  async jobsOf({ metadata }: KubernetesObject): Promise<Related[]> {
    const jobs = await this.#list(kinds.jobs, metadata?.namespace);
    const own = jobs.filter((job) => isOwnedBy(job, metadata?.uid));
    const time = (job: KubernetesObject) => job.metadata?.creationTimestamp ?? '';
    return this.#objects(
      kinds.jobs,
      own.sort((a, b) => (time(a) > time(b) ? -1 : 1)),
    );
  }

  /** A Service's endpoints: pods, and addresses that are not of pods. */
  async endpointsOf({ namespace, name }: Located): Promise<Related[]> {
    const labelSelector = `kubernetes.io/service-name=${name}`;
    const slices = await this.#list(kinds.endpointSlices, namespace, { labelSelector });
    const endpoints = slices.flatMap((slice) => objectsAt(slice, 'endpoints')).slice(0, MAX_SHOWN);
    const pod = await this.#kind(kinds.pods);
    return endpoints.map((endpoint): Related => {
      const [address = ''] = Array.isArray(endpoint.addresses) ? endpoint.addresses.map(String) : [];
      const isReady = fieldAt(endpoint, 'conditions', 'ready') !== false;
      const target =
        textAt(endpoint, 'targetRef', 'kind') === 'Pod' ? textAt(endpoint, 'targetRef', 'name') : undefined;
      if (target === undefined || !pod) return { type: 'address', text: address, isReady };
      const health = { state: isReady ? 'good' : 'bad', detail: '' } as const;
      const row = { name: target, summary: '', health, created: undefined, isOff: false };
      return { type: 'object', resource: pod, namespace, row, role: address };
    });
  }

  /** What refers to an object by its name: workloads and pods that nothing else controls. */
  async usersOf({ namespace, name }: Located, kind: string): Promise<Related[]> {
    const found = await Promise.all(
      USERS.map(async ({ resource, podSpec }) => {
        // What may not be listed does not hide the rest.
        const all = await this.#list(resource, namespace).catch(() => []);
        const own = all.filter((object) => !controllerOf(object) && isUsed(fieldAt(object, ...podSpec), kind, name));
        return this.#objects(resource, own);
      }),
    );
    return found.flat().map((one) => (one.type === 'object' ? { ...one, role: one.resource.kind } : one));
  }

  async #list(
    kind: Kind,
    namespace: string | undefined,
    query: Record<string, string> = {},
  ): Promise<KubernetesObject[]> {
    const request = { path: pathOf(kind, namespace), query, signal: this.#signal };
    return (await listAll(this.#connection.client, request, MAX_READ)).items;
  }

  async #objects(kind: Kind, objects: readonly KubernetesObject[]): Promise<Related[]> {
    const resource = await this.#kind(kind);
    if (!resource) return [];
    return objects.slice(0, MAX_SHOWN).map((object) => {
      const { name = '', namespace, creationTimestamp } = object.metadata ?? {};
      const health = healthOf(resource, object);
      const row = { name, summary: health.detail, health, created: creationTimestamp, isOff: false };
      return { type: 'object', resource, namespace, row };
    });
  }

  async #kind(kind: Kind): Promise<ApiResource | undefined> {
    const { resources } = await this.#connection.discovery.kinds();
    return resources.find((one) => resourceNameOf(one) === resourceNameOf(kind));
  }
}

function isUsed(spec: unknown, kind: string, name: string): boolean {
  if (typeof spec !== 'object' || spec === null) return false;
  const pulls = kind === 'Secret' ? objectsAt(spec, 'imagePullSecrets').map((one) => textAt(one, 'name')) : [];
  return pulls.includes(name) || referencesOf(spec).some((one) => one.kind === kind && one.name === name);
}

/** The containers of a pod, in the order in which they start. */
function containersOf(pod: Pod): Related[] {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const shown = (list: readonly { name: string; image?: string }[], isInit: boolean): Related[] =>
    list.map(({ name, image = '' }) => {
      const status = statusOf(pod, name);
      return { type: 'container', name, isInit, image, ...stateOf(status) };
    });
  return [...shown(initContainers, true), ...shown(containers, false), ...shown(ephemeralContainers, false)];
}

function stateOf(status: ContainerStatus | undefined): Pick<ContainerNode, 'health' | 'summary'> {
  const trouble = troubleOf(status);
  if (trouble !== undefined) return { health: { state: 'bad', detail: trouble }, summary: trouble };
  const ended = status?.state?.terminated;
  if (ended) return { health: { state: 'done', detail: ended.reason ?? '' }, summary: '' };
  const isReady = status?.ready === true;
  return { health: { state: isReady ? 'good' : 'busy', detail: '' }, summary: '' };
}
