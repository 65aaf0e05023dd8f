import * as z from 'zod';
import { deleteObject } from '../../../kubernetes/writes/deletion.ts';
import { defineTool } from '../../tool.ts';
import * as parameters from '../parameters.ts';

export const deleteResource = defineTool({
  name: 'delete_resource',
  title: 'Delete Resource',
  description:
    'Delete one object. Try dryRun first when unsure; what the object owns is deleted too unless propagationPolicy is Orphan.',
  access: 'delete',
  input: {
    kind: parameters.kind,
    name: parameters.name,
    namespace: parameters.namespace,
    apiVersion: parameters.apiVersion,
    gracePeriodSeconds: z.int().min(0).optional(),
    propagationPolicy: z.enum(['Background', 'Foreground', 'Orphan']).default('Background'),
    dryRun: parameters.dryRun,
  },
  async run({ gracePeriodSeconds, propagationPolicy, dryRun, ...named }, call) {
    return { text: await deleteObject(named, { gracePeriodSeconds, propagationPolicy, dryRun }, call) };
  },
});
