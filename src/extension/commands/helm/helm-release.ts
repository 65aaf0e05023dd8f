import * as vscode from 'vscode';
import { age } from '../../../kubernetes/apimachinery/age.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import type { StoredRevision } from '../../../kubernetes/helm/release-storage.ts';
import type { ReleaseAddress, ReleasePart } from '../../helm/release-uri.ts';
import type { Target } from '../../targets/targets.ts';
import { contextOf, isNode } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';
import { theRow } from '../parts/the-object.ts';

/** The release of a command. */
interface ChosenRelease {
  target: Target;
  connection: Connection;
  namespace: string;
  name: string;
  /** Newest first. */
  revisions: StoredRevision[];
}

/** Shows the values a release was given. */
export async function showReleaseValues(app: App, argument?: unknown): Promise<void> {
  await showPart(app, argument, 'values', vscode.l10n.t('Show Values'));
}

/** Shows the manifest of a release. */
export async function showReleaseManifest(app: App, argument?: unknown): Promise<void> {
  await showPart(app, argument, 'manifest', vscode.l10n.t('Show Manifest'));
}

/** Shows how an earlier revision differs. */
export async function compareReleaseRevisions(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Compare Revisions');
  const chosen = await theRelease(app, argument, title);
  if (!chosen) return;
  const from = await chooseRevision(chosen, title, chosen.revisions.slice(1));
  const to = chosen.revisions[0];
  if (!from || !to) return;
  await app.releases.compare(addressOf(chosen, from, 'manifest'), addressOf(chosen, to, 'manifest'));
}

/** Rolls back to an earlier revision, after the user has seen what that changes. */
export async function rollbackRelease(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Roll Back');
  const chosen = await theRelease(app, argument, title);
  if (!chosen) return;
  const to = await chooseRevision(chosen, title, chosen.revisions.slice(1));
  if (!to) return;
  const { target, connection, namespace, name } = chosen;
  const { signal } = new AbortController();
  const writer = await app.writes.writer({
    ...{ target, context: connection.context.name, signal },
    confirm: (changes, asked) => app.reviews.confirm(changes, asked),
  });
  const [{ findHelm }, { ReleaseOperation, summaryText }] = await Promise.all([
    import('../../../kubernetes/helm/helm-program.ts'),
    import('../../../kubernetes/helm/release-operation.ts'),
  ]);
  const places = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const program = await findHelm(target.settings['helm.path'], places);
  const place = { name, namespace };
  const intent = {
    ...({ operation: 'helmRollback', place, wait: undefined, renders: false, isTrusted: false } as const),
    args: ['rollback', name, String(to.revision)],
    summary: summaryText([`helm rollback ${name} ${to.revision}`], undefined),
  };
  const operation = new ReleaseOperation(program, intent, undefined, writer);
  const progress = { location: vscode.ProgressLocation.Window, title };
  await vscode.window.withProgress(progress, () => operation.try());
  await operation.review();
  const { problem } = await vscode.window.withProgress(progress, () => operation.run());
  if (problem !== undefined) throw new UserError(vscode.l10n.t('Helm failed: {0}', problem));
  await app.view.refresh(isNode(argument) ? argument.parent : undefined);
  void vscode.window.showInformationMessage(vscode.l10n.t('{0} is rolled back to revision {1}.', name, to.revision));
}

async function showPart(app: App, argument: unknown, part: ReleasePart, title: string): Promise<void> {
  const chosen = await theRelease(app, argument, title);
  const [newest] = chosen?.revisions ?? [];
  if (chosen && newest) await app.releases.show(addressOf(chosen, newest, part));
}

function addressOf(
  { target, connection, namespace, name }: ChosenRelease,
  { revision }: StoredRevision,
  part: ReleasePart,
): ReleaseAddress {
  return { target: target.name, context: connection.context.name, namespace, name, revision, part };
}

// The release of the view's node, else one the user chooses.
async function theRelease(app: App, argument: unknown, title: string): Promise<ChosenRelease | undefined> {
  const row = theRow(argument, 'release');
  const { latestRevisions, ReleaseStorage } = await import('../../../kubernetes/helm/release-storage.ts');
  const { signal } = new AbortController();
  if (row) {
    const { name } = row.latest;
    const context = contextOf(row);
    const target = (await app.targets.named(context.target.name)) ?? context.target;
    const connection = await app.clusters.connect(target, context.name);
    const { namespace } = row.latest;
    const revisions = await new ReleaseStorage(connection.client, 'helmReleaseGet', signal).revisions(namespace, name);
    return { target, connection, namespace, name, revisions: revisions.sort((a, b) => b.revision - a.revision) };
  }
  const [target] = await app.targets.all();
  if (!target) return undefined;
  const connection = await app.clusters.connect(target);
  const all = await new ReleaseStorage(connection.client, 'helmReleaseGet', signal).revisions(undefined);
  const items = latestRevisions(all).map((one) => ({
    label: one.name,
    description: `${one.namespace} · ${releaseState(one)}`,
    one,
  }));
  if (items.length === 0)
    throw new UserError(vscode.l10n.t('There are no Helm releases in context {0}.', connection.context.name));
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (!picked) return undefined;
  const { namespace, name } = picked.one;
  const revisions = all.filter((one) => one.namespace === namespace && one.name === name);
  return { target, connection, namespace, name, revisions: revisions.sort((a, b) => b.revision - a.revision) };
}

async function chooseRevision(
  { name }: ChosenRelease,
  title: string,
  revisions: readonly StoredRevision[],
): Promise<StoredRevision | undefined> {
  if (revisions.length === 0) throw new UserError(vscode.l10n.t('{0} has no earlier revision.', name));
  const items = revisions.map((one) => ({
    label: vscode.l10n.t('Revision {0}', one.revision),
    description: `${one.status} · ${age(one.modified)}`,
    one,
  }));
  return (await vscode.window.showQuickPick(items, { title: `${title}: ${name}` }))?.one;
}

function releaseState({ revision, status }: StoredRevision): string {
  return `${vscode.l10n.t('Revision {0}', revision)} · ${status}`;
}
