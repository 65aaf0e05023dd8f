import * as z from 'zod';
import { pathOf, resourceNameOf } from '../../../kubernetes/api-resource.ts';
import { isApiError } from '../../../kubernetes/errors.ts';
import type { KubernetesObject } from '../../../kubernetes/objects.ts';
import { locate } from '../../read-object.ts';
import { defineTool } from '../../tool.ts';
import * as parameters from '../parameters.ts';
import { changeOf } from './manifest.ts';

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
  async run({ kind, name, namespace, apiVersion, gracePeriodSeconds, propagationPolicy, dryRun }, call) {
    const { connection, signal } = call;
    const { client, context } = connection;
    const {
      resource,
      namespace: place,
      object: before,
    } = await locate(connection, { kind, name, namespace, apiVersion }, signal);
    const path = pathOf(resource, place, name);
    const remove = (dryRunOnly: boolean) =>
      client.send({
        method: 'DELETE',
        path,
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          gracePeriodSeconds,
          propagationPolicy,
          // Only what was looked at is deleted, not what took its name meanwhile.
          preconditions: { uid: before.metadata?.uid },
          // With a body, the API server reads nothing from the query: a dryRun there would delete for real.
          ...(dryRunOnly ? { dryRun: ['All'] } : {}),
        },
        signal,
      });
    await remove(true);
    const what = `${resourceNameOf(resource)} "${name}"${place ? ` in namespace ${place}` : ''} (context ${context.name})`;
    if (dryRun) return { text: `Dry run: ${what} would be deleted.` };
    const change = changeOf({ resource, namespace: place, name }, connection, 'delete', { before });
    await call.review([change]);
    await call.write(change, () => remove(false));
    const left = await client.json<KubernetesObject>({ path, signal }).catch((error: unknown) => {
      if (isApiError(error, 404)) return undefined;
      throw error;
    });
    return { text: outcome(what, left) };
  },
});

function outcome(what: string, left: KubernetesObject | undefined): string {
  if (!left) return `Deleted ${what}.`;
  const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds } = left.metadata ?? {};
  if (!deletionTimestamp) return `Deleted ${what}. An object of this name exists again: something recreated it.`;
  if (left.kind === 'Namespace') return `The deletion of ${what} was accepted; it goes when everything in it has gone.`;
  if (finalizers.length > 0) {
    return `The deletion of ${what} was accepted, but it stays until its finalizers are removed by whoever set them: ${finalizers.join(', ')}.`;
  }
  return `The deletion of ${what} was accepted; it is shutting down (grace period ${String(deletionGracePeriodSeconds ?? 0)} s).`;
}
