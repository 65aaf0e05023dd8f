import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import type { StoredRevision } from '../../../kubernetes/helm/release-storage.ts';
import type { ReleaseAddress, ReleasePart } from '../../helm/release-uri.ts';
import type { Target } from '../../targets/targets.ts';
import { contextOf } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';
import { chooseTarget } from '../parts/choose-target.ts';
import { theRow } from '../parts/the-object.ts';

/** The release of a command. */
export interface ChosenRelease {
  target: Target;
  connection: Connection;
  namespace: string;
  name: string;
  /** Newest first. */
  revisions: StoredRevision[];
}

/** Where a part of one of its revisions is shown. */
export function addressOf(
  { target, connection, namespace, name }: ChosenRelease,
  { revision }: StoredRevision,
  part: ReleasePart,
): ReleaseAddress {
  return { target: target.name, context: connection.context.name, namespace, name, revision, part };
}

/** The release of the view's node, else one the user chooses. */
export async function theRelease(app: App, argument: unknown, title: string): Promise<ChosenRelease | undefined> {
  const row = theRow(argument, 'release');
  if (row) {
    const { ReleaseStorage } = await import('../../../kubernetes/helm/release-storage.ts');
    const { signal } = new AbortController();
    const { name } = row.latest;
    const context = contextOf(row);
    const target = (await app.targets.named(context.target.name)) ?? context.target;
    const connection = await app.clusters.connect(target, context.name);
    const { namespace } = row.latest;
    const revisions = await new ReleaseStorage(connection.client, 'helmReleaseGet', signal).revisions(namespace, name);
    return { target, connection, namespace, name, revisions: revisions.sort((a, b) => b.revision - a.revision) };
  }
  const target = await chooseTarget(app, title);
  if (!target) return undefined;
  const connection = await app.clusters.connect(target);
  const picked = await pickRelease(connection, title);
  return picked && { target, connection, ...picked };
}

/**
 * A release of the cluster that the user chooses; undefined if none.
 * @throws UserError if there is none.
 */
export async function pickRelease(
  { client, context }: Connection,
  title: string,
): Promise<Pick<ChosenRelease, 'namespace' | 'name' | 'revisions'> | undefined> {
  const { latestRevisions, ReleaseStorage } = await import('../../../kubernetes/helm/release-storage.ts');
  const all = await new ReleaseStorage(client, 'helmReleaseGet', new AbortController().signal).revisions(undefined);
  const items = latestRevisions(all).map((one) => ({
    label: one.name,
    description: `${one.namespace} · ${vscode.l10n.t('Revision {0}', one.revision)} · ${one.status}`,
    one,
  }));
  if (items.length === 0)
    throw new UserError(vscode.l10n.t('There are no Helm releases in context {0}.', context.name));
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (!picked) return undefined;
  const { namespace, name } = picked.one;
  const revisions = all.filter((one) => one.namespace === namespace && one.name === name);
  return { namespace, name, revisions: revisions.sort((a, b) => b.revision - a.revision) };
}
