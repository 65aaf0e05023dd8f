import { pathOf, resourceNameOf } from '../api-resource.ts';
import { errorText } from '../error-text.ts';
import { isApiError } from '../errors.ts';
import type { KubernetesObject } from '../objects.ts';
import { locate, type Named } from '../read-object.ts';
import { changeOf } from './target.ts';
import type { Writer } from './writer.ts';

/** Set and removed by Kubernetes itself, for `Foreground` and `Orphan`. */
const OWN_FINALIZERS = ['foregroundDeletion', 'orphan'];

/** How an object goes. */
export interface DeletionOptions {
  gracePeriodSeconds?: number | undefined;
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan';
  dryRun: boolean;
}

/** Deletes one object, and says what stays of it. @throws UserError with what exists instead. */
export async function deleteObject(
  named: Named,
  { gracePeriodSeconds, propagationPolicy, dryRun }: DeletionOptions,
  writer: Writer,
): Promise<string> {
  const { connection, signal } = writer;
  const { client, context } = connection;
  const { resource, namespace, object: before } = await locate(connection, named, signal);
  const { name } = named;
  const path = pathOf(resource, namespace, name);
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
  const what = `${resourceNameOf(resource)} "${name}"${namespace ? ` in namespace ${namespace}` : ''} (context ${context.name})`;
  if (dryRun) return `Dry run: ${what} would be deleted.`;
  const change = changeOf({ resource, namespace, name }, connection, 'delete', { before });
  await writer.review([change]);
  await writer.write(change, () => remove(false));
  try {
    return outcome(what, await client.json<KubernetesObject>({ path, signal }));
  } catch (error) {
    if (isApiError(error, 404)) return `Deleted ${what}.`;
    return `The deletion of ${what} was accepted; whether it is gone could not be read: ${errorText(error)}`;
  }
}

function outcome(what: string, left: KubernetesObject): string {
  const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds } = left.metadata ?? {};
  if (!deletionTimestamp) return `Deleted ${what}. An object of this name exists again: something recreated it.`;
  if (left.kind === 'Namespace') return `The deletion of ${what} was accepted; it goes when everything in it has gone.`;
  const foreign = finalizers.filter((finalizer) => !OWN_FINALIZERS.includes(finalizer));
  if (foreign.length > 0) {
    return `The deletion of ${what} was accepted, but it stays until its finalizers are removed by whoever set them: ${foreign.join(', ')}.`;
  }
  if (finalizers.length > 0)
    return `The deletion of ${what} was accepted; it goes as soon as what it owns has gone or is orphaned.`;
  return `The deletion of ${what} was accepted; it is shutting down (grace period ${String(deletionGracePeriodSeconds ?? 0)} s).`;
}
