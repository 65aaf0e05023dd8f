import * as z from 'zod';
import { resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import type { Named } from '../../../kubernetes/client/read-object.ts';
import { dangerText } from '../../../kubernetes/writes/danger.ts';
import { type Deletion, deleteObject } from '../../../kubernetes/writes/deletion.ts';
import type { Dependents } from '../../../kubernetes/writes/deletion-consequences.ts';
import type { Writer } from '../../../kubernetes/writes/writer.ts';
import { formatError } from '../../core/error-text.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { forEach } from '../parts/several.ts';

export const deleteResource = defineTool({
  name: 'delete_resource',
  title: 'Delete Resource',
  description:
    'Delete objects. Try dryRun first when unsure; what they own is deleted too unless propagationPolicy is Orphan.',
  access: 'delete',
  input: {
    kind: parameters.kind,
    name: parameters.name.optional(),
    names: parameters.names,
    labelSelector: parameters.labelSelector,
    namespace: parameters.namespace,
    apiVersion: parameters.apiVersion,
    gracePeriodSeconds: z.int().min(0).optional(),
    propagationPolicy: z.enum(['Background', 'Foreground', 'Orphan']).default('Background'),
    dryRun: parameters.dryRun,
  },
  async run({ gracePeriodSeconds, propagationPolicy, dryRun, ...choice }, call) {
    const options = { gracePeriodSeconds, propagationPolicy, dryRun };
    const read: Dependents = new Map();
    const remove = (named: Named, writer: Writer) => deleteObject(named, options, writer, read);
    return { text: await forEach(choice, call, remove, textOf) };
  },
});

function textOf({ resource, namespace, name, left, consequences }: Deletion, place: string): string {
  const what = `${resourceNameOf(resource)} "${name}"${namespace ? ` in namespace ${namespace}` : ''}${place}`;
  switch (left.state) {
    case 'dry run':
      return [`Dry run: ${what} would be deleted.`, ...consequences.map(dangerText)].join('\n');
    case 'gone':
      return `Deleted ${what}.`;
    case 'recreated':
      return `Deleted ${what}. An object of this name exists again: something recreated it.`;
    case 'emptying':
      return `The deletion of ${what} was accepted; it goes when everything in it has gone.`;
    case 'waits for finalizers':
      return `The deletion of ${what} was accepted, but it stays until its finalizers are removed by whoever set them: ${left.finalizers.join(', ')}.`;
    case 'waits for dependents':
      return `The deletion of ${what} was accepted; it goes as soon as what it owns has gone or is orphaned.`;
    case 'shutting down':
      return `The deletion of ${what} was accepted; it is shutting down (grace period ${left.seconds} s).`;
    case 'unknown':
      return `The deletion of ${what} was accepted; whether it is gone could not be read: ${formatError(left.error)}`;
  }
}
