import { type ApiResource, pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { selectorText } from '../apimachinery/label-selector.ts';
import {
  deepEqual,
  isObject,
  type JsonObject,
  type KubernetesList,
  type KubernetesObject,
} from '../apimachinery/objects.ts';
import { controllerOf } from '../apimachinery/ownership.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import { oneLine } from '../text/one-line.ts';
import { HASH_LABEL } from './workload-of.ts';

/** A past or present pod template of a workload. */
export interface Revision {
  number: number;
  /** The workload's present template. */
  current: boolean;
  template: JsonObject;
  images: string[];
  changeCause: string | undefined;
}

type Stored = Omit<Revision, 'current'>;

export const CHANGE_CAUSE = 'kubernetes.io/change-cause';
const REVISION = 'deployment.kubernetes.io/revision';

/** The revisions of a Deployment (ReplicaSets), StatefulSet or DaemonSet (ControllerRevisions), newest first. */
export async function revisionsOf(
  client: ApiClient,
  resource: Pick<ApiResource, 'group' | 'name'>,
  workload: KubernetesObject,
  signal: AbortSignal,
): Promise<Revision[]> {
  const { namespace, uid } = workload.metadata ?? {};
  const isDeployment = resourceNameOf(resource) === 'deployments.apps';
  const { items } = await client.json<KubernetesList>({
    path: pathOf(isDeployment ? kinds.replicaSets : kinds.controllerRevisions, namespace),
    query: { labelSelector: selectorText(isObject(workload.spec) ? workload.spec.selector : undefined) },
    signal,
  });
  const owned = (items ?? []).filter((item) => controllerOf(item)?.uid === uid);
  const revisions = owned.flatMap((item) => (isDeployment ? ofReplicaSet(item) : ofControllerRevision(item)));
  revisions.sort((a, b) => b.number - a.number);
  const current = currentOf(revisions, workload);
  return revisions.map((revision) => ({ ...revision, current: revision === current }));
}

// The controller sets revision numbers a moment later, so the template is compared first. A template stored by an older
// API server may lack newer defaults: then the newest is the current one, once the controller has seen the workload.
function currentOf(revisions: readonly Stored[], { metadata, spec, status }: KubernetesObject): Stored | undefined {
  const template = isObject(spec) ? plain(spec.template) : undefined;
  const same = revisions.find((revision) => deepEqual(plain(revision.template), template));
  const seen = isObject(status) && status.observedGeneration === metadata?.generation;
  return same ?? (seen ? revisions[0] : undefined);
}

// Some API servers store `creationTimestamp: null` in a template.
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}

/** `3 (current) nginx:1.29; 2 nginx:1.28 "switch to 1.28"`. */
export function describeRevisions(revisions: readonly Revision[]): string {
  return revisions
    .map(({ number, current, images, changeCause }) =>
      [number, current ? '(current)' : '', images.join(', '), changeCause ? JSON.stringify(changeCause) : '']
        .filter((part) => part !== '')
        .join(' '),
    )
    .join('; ');
}

/** As a table, newest first. */
export function revisionsTable(revisions: readonly Revision[]): string {
  const rows = revisions.map(({ number, current, images, changeCause }) => [
    current ? `${number} (current)` : String(number),
    images.join(', '),
    changeCause === undefined ? '-' : oneLine(changeCause),
  ]);
  return [['REVISION', 'IMAGES', 'CHANGE-CAUSE'], ...rows].map((row) => row.join('\t')).join('\n');
}

function ofReplicaSet({ metadata, spec }: KubernetesObject): Stored[] {
  const number = Number(metadata?.annotations?.[REVISION]);
  const template = isObject(spec) ? spec.template : undefined;
  if (!Number.isInteger(number) || !isObject(template)) return [];
  const { labels, ...rest } = isObject(template.metadata) ? template.metadata : {};
  const { [HASH_LABEL]: _, ...own } = isObject(labels) ? labels : {};
  // In the order of the workload's own, with which it is compared.
  return [revision(number, { ...template, metadata: { labels: own, ...rest } }, metadata)];
}

function ofControllerRevision({ metadata, revision: number, data }: KubernetesObject): Stored[] {
  const spec = isObject(data) ? data.spec : undefined;
  const stored = isObject(spec) ? spec.template : undefined;
  if (typeof number !== 'number' || !isObject(stored)) return [];
  // It is stored as a patch with a `$patch: replace` directive.
  const { $patch: _, ...template } = stored;
  return [revision(number, template, metadata)];
}

function revision(number: number, template: JsonObject, metadata: KubernetesObject['metadata']): Stored {
  const spec = isObject(template.spec) ? template.spec : {};
  const containers = Array.isArray(spec.containers) ? spec.containers : [];
  const images = containers.map((container: JsonObject) => String(container.image));
  return { number, template, images, changeCause: metadata?.annotations?.[CHANGE_CAUSE] };
}
