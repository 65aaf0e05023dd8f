import { type ApiResource, pathOf, resourceNameOf } from '../api-resource.ts';
import type { Discovery } from '../discovery.ts';
import { UserError } from '../errors.ts';
import { otherOwners } from '../field-ownership.ts';
import { isObject, type KubernetesList, type KubernetesObject } from '../objects.ts';
import { type Named, readObject } from '../read-object.ts';
import { describeTarget, type Target, targetOf } from './target.ts';
import { patchObject, readLive } from './update.ts';
import type { Writer } from './writer.ts';

const AUTOSCALERS = { group: 'autoscaling', version: 'v2', name: 'horizontalpodautoscalers', namespaced: true };

/** Sets the replicas of whatever scales, and says before → after. @throws UserError where nothing scales. */
export async function scale({ kind, name, namespace }: Named, replicas: number, writer: Writer): Promise<string> {
  const { connection, signal } = writer;
  const { client, discovery, context } = connection;
  const target = await targetOf({ kind, metadata: { name } }, namespace, connection);
  if (!target.resource.subresources.includes('scale')) throw await notScalable(target.resource, discovery);
  const object = await readObject(client, target.resource, target.namespace, name, signal);
  const update = { target, name, subresource: 'scale', dryRun: false, force: false, writer };
  const [live, warnings] = await Promise.all([readLive(update), warningsFor(target, object, replicas, writer)]);
  const { before, after, notes } = await patchObject(update, live, JSON.stringify({ spec: { replicas } }), 'merge');
  const what = `${describeTarget(target)} (context ${context.name})`;
  const head = after
    ? `Scaled ${what}: ${replicasOf(before)} → ${replicasOf(after)} replicas.`
    : `No change: ${what} is set to ${replicas} replicas already. Nothing was sent.`;
  return [head, ...warnings, ...notes].join('\n');
}

function replicasOf({ spec }: KubernetesObject): number {
  return isObject(spec) ? Number(spec.replicas ?? 0) : 0;
}

async function warningsFor(
  target: Target,
  object: KubernetesObject,
  replicas: number,
  writer: Writer,
): Promise<string[]> {
  const autoscaler = await autoscalerOf(target, writer);
  const owners = otherOwners(object, 'spec', 'replicas');
  return [
    ...(autoscaler ? [autoscalerWarning(autoscaler, replicas)] : []),
    ...(owners.length > 0
      ? [`Warning: spec.replicas is managed by ${owners.join(', ')}, which may set it back: change it at its source.`]
      : []),
  ];
}

function autoscalerWarning({ metadata, spec }: KubernetesObject, replicas: number): string {
  const { minReplicas = 1, maxReplicas } = isObject(spec) ? spec : {};
  const name = `HorizontalPodAutoscaler "${metadata?.name}" (${minReplicas} to ${maxReplicas} replicas)`;
  return replicas === 0
    ? `Warning: with 0 replicas ${name} does nothing until it is scaled up again.`
    : `Warning: ${name} manages it and will set its own number; update_resource changes its minReplicas and maxReplicas.`;
}

// A courtesy: who may not list autoscalers can still scale.
async function autoscalerOf(
  { resource, namespace, name }: Target,
  { connection, signal }: Writer,
): Promise<KubernetesObject | undefined> {
  try {
    const path = pathOf(AUTOSCALERS, namespace);
    const { items } = await connection.client.json<KubernetesList>({ path, signal, timeout: 5_000 });
    return (items ?? []).find(({ spec }) => {
      const reference = isObject(spec) && isObject(spec.scaleTargetRef) ? spec.scaleTargetRef : {};
      const group = String(reference.apiVersion ?? '').match(/^(.*)\//)?.[1] ?? '';
      return reference.kind === resource.kind && reference.name === name && group === resource.group;
    });
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
      jobs: 'Of a Job, update_resource changes spec.parallelism. ',
      pods: 'Scale what owns the pod. ',
    }[resource.name] ?? '';
  return new UserError(
    `${resourceNameOf(resource)} cannot be scaled. ${hint}What can: ${[...new Set(scalable)].join(', ')}.`,
  );
}
