import { type ApiResource, pathOf } from '../apimachinery/api-resource.ts';
import { isApiError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { locate, type Named } from '../client/read-object.ts';
import type { Danger } from './danger.ts';
import { type Dependents, deletionConsequences } from './deletion-consequences.ts';
import { changeOf } from './target.ts';
import type { Writer } from './writer.ts';

/** Set and removed by Kubernetes itself, for `Foreground` and `Orphan`. */
const OWN_FINALIZERS = ['foregroundDeletion', 'orphan'];

/** How an object is deleted. */
export interface DeletionOptions {
  gracePeriodSeconds?: number | undefined;
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan';
  dryRun: boolean;
}

/** What was deleted, and the result. */
export interface Deletion {
  resource: ApiResource;
  namespace: string | undefined;
  name: string;
  before: KubernetesObject;
  /** What is deleted with it, and what holds it up. */
  consequences: readonly Danger[];
  left:
    | { state: 'dry run' | 'gone' | 'recreated' | 'emptying' | 'waits for dependents' }
    /** It stays until the owners of these finalizers remove them. */
    | { state: 'waits for finalizers'; finalizers: string[] }
    | { state: 'shutting down'; seconds: number }
    /** Its remaining state could not be read. */
    | { state: 'unknown'; error: unknown };
}

/** Deletes one object. `read` is shared by deletions of one review. @throws UserError with what exists instead. */
export async function deleteObject(
  named: Named,
  { gracePeriodSeconds, propagationPolicy, dryRun }: DeletionOptions,
  writer: Writer,
  read?: Dependents,
): Promise<Deletion> {
  const { connection, signal } = writer;
  const { client } = connection;
  const { resource, namespace, object: before } = await locate(connection, named, signal);
  const { name } = named;
  const path = pathOf(resource, namespace, name);
  const remove = (dryRunOnly: boolean) =>
    client.send({
      method: 'DELETE',
      path,
      uid: before.metadata?.uid,
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        gracePeriodSeconds,
        propagationPolicy,
        // With a body, the API server reads nothing from the query: a dryRun there would delete for real.
        ...(dryRunOnly ? { dryRun: ['All'] } : {}),
      },
      signal,
    });
  await remove(true);
  const consequences = await deletionConsequences(resource, before, propagationPolicy, writer, read);
  const deletion = (left: Deletion['left']): Deletion => ({
    ...{ resource, namespace, name, before },
    ...{ consequences, left },
  });
  const change = changeOf({ resource, namespace, name }, connection, 'delete', { before, consequences });
  await writer.review([change], dryRun ? 'dry run' : undefined);
  if (dryRun) return deletion({ state: 'dry run' });
  await writer.write(change, () => remove(false));
  try {
    return deletion(whatIsLeft(await client.json<KubernetesObject>({ path, signal })));
  } catch (error) {
    return deletion(isApiError(error, 404) ? { state: 'gone' } : { state: 'unknown', error });
  }
}

function whatIsLeft({ kind, metadata }: KubernetesObject): Deletion['left'] {
  const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds } = metadata ?? {};
  if (!deletionTimestamp) return { state: 'recreated' };
  if (kind === 'Namespace') return { state: 'emptying' };
  const foreign = finalizers.filter((finalizer) => !OWN_FINALIZERS.includes(finalizer));
  if (foreign.length > 0) return { state: 'waits for finalizers', finalizers: foreign };
  if (finalizers.length > 0) return { state: 'waits for dependents' };
  return { state: 'shutting down', seconds: Number(deletionGracePeriodSeconds ?? 0) };
}
