import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { Pod } from '../../../kubernetes/workloads/pods.ts';
import type { ChosenObject } from '../../browse/choose-object.ts';

/** An object as it is now, and its pods; a pod is its own. @throws UserError for kinds without pods. */
export async function podsOfObject({
  connection,
  resource,
  namespace,
  name,
}: ChosenObject): Promise<{ object: KubernetesObject; pods: Pod[] }> {
  const [{ podsOf }, { readObject }] = await Promise.all([
    import('../../../kubernetes/workloads/pods.ts'),
    import('../../../kubernetes/client/read-object.ts'),
  ]);
  const { signal } = new AbortController();
  const object = await readObject(connection.client, resource, namespace, name, signal);
  const pods = await podsOf(connection, resource, object, signal);
  if (!pods) throw new UserError(vscode.l10n.t('{0} {1} has no pods.', resource.kind, name));
  return { object, pods };
}
