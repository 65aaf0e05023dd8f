import { type ApiResource, pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { RefusedError, UserError } from '../apimachinery/errors.ts';
import { otherOwners } from '../apimachinery/field-ownership.ts';
import { isObject, type KubernetesList, type KubernetesObject } from '../apimachinery/objects.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { Discovery } from '../client/discovery.ts';
import { type Named, readObject } from '../client/read-object.ts';
import { ownersAdvice } from './field-owners.ts';
import { patchObject } from './patch.ts';
import { readLive } from './planned-update.ts';
import { describeTarget, type Target, targetOf, targetPath } from './target.ts';
import type { Writer } from './writer.ts';

/** The result of scaling. */
export interface Scaling {
  target: Target;
  before: number;
  /** Equal to the number before where nothing had to be sent. */
  after: number;
  /** The autoscaler that sets the number. */
  autoscaler: Autoscaler | undefined;
  /** The field managers that may set it back. */
  owners: string[];
  /** The API server's warnings. */
  notes: string[];
}

/** A HorizontalPodAutoscaler and its limits. */
export interface Autoscaler {
  name: string;
  minReplicas: number;
  maxReplicas: number;
}

/** Sets the replicas. @throws UserError where it does not scale, or where others set the number, unless forced. */
export async function scale(
  { kind, name, namespace }: Named,
  replicas: number,
  writer: Writer,
  force = false,
): Promise<Scaling> {
  const { connection, signal } = writer;
  const { client, discovery } = connection;
  const target = await targetOf({ kind, metadata: { name } }, namespace, connection);
  if (!target.resource.subresources.includes('scale')) throw await notScalable(target.resource, discovery);
  client.assertPermitted({ method: 'PATCH', path: targetPath(target, name, 'scale') });
  const object = await readObject(client, target.resource, target.namespace, name, signal);
  const owners = otherOwners(object, 'spec', 'replicas');
  const scale = { subresource: 'scale', parent: object, dryRun: false, force, isOwn: true as const };
  const update = { target, name, writer, ...scale };
  const [live, autoscaler] = await Promise.all([readLive(update), autoscalerOf(target, writer)]);
  if (!force && replicasOf(live) !== replicas) refuseOwned(target, owners, autoscaler);
  const { before, after, notes } = await patchObject(update, live, JSON.stringify({ spec: { replicas } }), 'merge');
  return {
    ...{ target, before: replicasOf(before), after: replicasOf(after ?? before), autoscaler, notes },
    owners,
  };
}

function refuseOwned(target: Target, owners: readonly string[], autoscaler: Autoscaler | undefined): void {
  const own = autoscaler ? [`HorizontalPodAutoscaler "${autoscaler.name}"`] : [];
  if (own.length + owners.length === 0) return;
  const advice = autoscaler
    ? `It sets its own number between ${autoscaler.minReplicas} and ${autoscaler.maxReplicas}, its minReplicas and maxReplicas.`
    : ownersAdvice(owners);
  throw new RefusedError(
    `${describeTarget(target)} was not scaled: .spec.replicas (owned by ${[...own, ...owners].join(', ')}).${advice ? ` ${advice}` : ''} force: true sets it all the same.`,
  );
}

function replicasOf({ spec }: KubernetesObject): number {
  return isObject(spec) ? Number(spec.replicas ?? 0) : 0;
}

// Best effort: a user who may not list autoscalers can still scale.
async function autoscalerOf(
  { resource, namespace, name }: Target,
  { connection, signal }: Writer,
): Promise<Autoscaler | undefined> {
  try {
    const path = pathOf(kinds.autoscalers, namespace);
    const { items } = await connection.client.json<KubernetesList>({ path, signal, timeout: 5_000 });
    const found = (items ?? []).find(({ spec }) => {
      const reference = isObject(spec) && isObject(spec.scaleTargetRef) ? spec.scaleTargetRef : {};
      const group = String(reference.apiVersion ?? '').match(/^(.*)\//)?.[1] ?? '';
      return reference.kind === resource.kind && reference.name === name && group === resource.group;
    });
    if (!found) return undefined;
    const { minReplicas = 1, maxReplicas } = isObject(found.spec) ? found.spec : {};
    return {
      name: found.metadata?.name ?? '',
      minReplicas: Number(minReplicas),
      maxReplicas: Number(maxReplicas),
    };
  } catch {
    return undefined;
  }
}

async function notScalable(resource: ApiResource, discovery: Discovery): Promise<UserError> {
  const { resources } = await discovery.kinds();
  const scalable = resources.filter(({ subresources }) => subresources.includes('scale')).map(resourceNameOf);
  const hint =
    {
      daemonsets: 'A DaemonSet runs one pod on each node that its nodeSelector and tolerations allow. ',
      jobs: 'Of a Job, spec.parallelism says how many pods run at once. ',
      pods: 'Scale what owns the pod. ',
    }[resource.name] ?? '';
  return new UserError(
    `${resourceNameOf(resource)} cannot be scaled. ${hint}What can: ${[...new Set(scalable)].join(', ')}.`,
  );
}
