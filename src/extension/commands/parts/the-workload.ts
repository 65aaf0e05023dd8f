import * as vscode from 'vscode';
import type { ApiResource } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { ChosenObject } from '../../browse/choose-object.ts';
import type { App } from './app.ts';
import { called } from './object-writes.ts';
import { theObject } from './the-object.ts';

/**
 * What a command changes for good: the object that it was called on, or for a pod the highest of its owners that the
 * command applies to, as others make it anew from that. Undefined when the user cancels.
 * @throws UserError when there is none.
 */
export async function theWorkload(
  app: App,
  argument: unknown,
  title: string,
  wanted: (resource: ApiResource) => boolean,
): Promise<ChosenObject | undefined> {
  const chosen = await theObject(app, argument, title, (resource) => wanted(resource) || isMade(resource));
  if (!chosen || !isMade(chosen.resource)) return chosen;
  const [{ readObject }, { ownerChain }, { Lookup }] = await Promise.all([
    import('../../../kubernetes/client/read-object.ts'),
    import('../../../kubernetes/diagnosis/rules/owned.ts'),
    import('../../../kubernetes/diagnosis/facts/lookup.ts'),
  ]);
  const { connection, resource, namespace, name } = chosen;
  const { signal } = new AbortController();
  const live = await readObject(connection.client, resource, namespace, name, signal);
  const owners = await ownerChain(live, new Lookup(connection, signal));
  const owner = owners.findLast((one) => one.resource !== undefined && !one.isGone && wanted(one.resource));
  if (owner?.resource) return { ...chosen, resource: owner.resource, namespace: owner.namespace, name: owner.name };
  if (wanted(resource)) return chosen;
  throw new UserError(vscode.l10n.t('{0}: {1} belongs to nothing that this could be done to.', title, called(chosen)));
}

/** Do others usually make objects of this kind? */
function isMade({ group, name }: ApiResource): boolean {
  return (group === '' && name === 'pods') || (group === 'apps' && name === 'replicasets');
}
