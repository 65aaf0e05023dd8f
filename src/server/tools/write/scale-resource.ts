import * as z from 'zod';
import type { Named } from '../../../kubernetes/client/read-object.ts';
import { type Autoscaler, type Scaling, scale } from '../../../kubernetes/writes/scaling.ts';
import { describeTarget } from '../../../kubernetes/writes/target.ts';
import type { Writer } from '../../../kubernetes/writes/writer.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { forEach } from '../parts/several.ts';

export const scaleResource = defineTool({
  name: 'scale_resource',
  title: 'Scale Resource',
  description:
    'Set the replicas of a workload or of anything else that scales. Follow with wait_for_resource for=ready.',
  access: 'update',
  input: {
    kind: parameters.kind,
    name: parameters.name.optional(),
    names: parameters.names,
    labelSelector: parameters.labelSelector,
    namespace: parameters.namespace,
    replicas: z.int().min(0),
    force: parameters.force,
  },
  async run({ replicas, force, ...choice }, call) {
    const set = (named: Named, writer: Writer) => scale(named, replicas, writer, force);
    return { text: await forEach(choice, call, set, textOf) };
  },
});

function textOf({ target, before, after, autoscaler, owners, notes }: Scaling, place: string): string {
  const what = `${describeTarget(target)}${place}`;
  return [
    after === before
      ? `No change: ${what} is set to ${after} replicas already. Nothing was sent.`
      : `Scaled ${what}: ${before} → ${after} replicas.`,
    ...(autoscaler ? [autoscalerWarning(autoscaler, after)] : []),
    ...(owners.length > 0
      ? [`Warning: spec.replicas is managed by ${owners.join(', ')}, which may set it back: change it at its source.`]
      : []),
    ...notes,
  ].join('\n');
}

function autoscalerWarning({ name, minReplicas, maxReplicas }: Autoscaler, replicas: number): string {
  const what = `HorizontalPodAutoscaler "${name}" (${minReplicas} to ${maxReplicas} replicas)`;
  return replicas === 0
    ? `Warning: with 0 replicas ${what} does nothing until it is scaled up again.`
    : `Warning: ${what} manages it and will set its own number; update_resource changes its minReplicas and maxReplicas.`;
}
