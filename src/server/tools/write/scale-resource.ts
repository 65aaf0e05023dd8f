import * as z from 'zod';
import { scale } from '../../../kubernetes/writes/scaling.ts';
import { defineTool } from '../../tool.ts';
import * as parameters from '../parameters.ts';

export const scaleResource = defineTool({
  name: 'scale_resource',
  title: 'Scale Resource',
  description:
    'Set the replicas of a workload or of anything else that scales; an autoscaler or GitOps may set them back. Follow with wait_for_resource for=ready.',
  access: 'update',
  input: {
    kind: parameters.kind,
    name: parameters.name,
    namespace: parameters.namespace,
    replicas: z.int().min(0),
  },
  async run({ replicas, ...named }, call) {
    return { text: await scale(named, replicas, call) };
  },
});
