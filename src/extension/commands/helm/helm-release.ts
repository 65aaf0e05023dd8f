import * as vscode from 'vscode';
import { age } from '../../../kubernetes/apimachinery/age.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { StoredRevision } from '../../../kubernetes/helm/release-storage.ts';
import type { ReleasePart } from '../../helm/release-uri.ts';
import { isNode } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';
import { addressOf, type ChosenRelease, theRelease } from './chosen-release.ts';
import { changeRelease } from './release-change.ts';

/** Shows the values a release was given. */
export async function showReleaseValues(app: App, argument?: unknown): Promise<void> {
  await showPart(app, argument, 'values', vscode.l10n.t('Show Values'));
}

/** Shows the manifest of a release. */
export async function showReleaseManifest(app: App, argument?: unknown): Promise<void> {
  await showPart(app, argument, 'manifest', vscode.l10n.t('Show Manifest'));
}

/** Shows what is wrong with a release, and why. */
export async function describeRelease(app: App, argument?: unknown): Promise<void> {
  await showPart(app, argument, 'digest', vscode.l10n.t('Describe'));
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
  const { name } = chosen;
  const summary = [`helm rollback ${name} ${to.revision}`];
  const args = ['rollback', name, String(to.revision)];
  await changeRelease(app, chosen, title, { operation: 'helmRollback', args, summary, renders: false });
  await app.view.refresh(isNode(argument) ? argument.parent : undefined);
  void vscode.window.showInformationMessage(vscode.l10n.t('{0} is rolled back to revision {1}.', name, to.revision));
}

async function showPart(app: App, argument: unknown, part: ReleasePart, title: string): Promise<void> {
  const chosen = await theRelease(app, argument, title);
  const [newest] = chosen?.revisions ?? [];
  if (chosen && newest) await app.releases.show(addressOf(chosen, newest, part));
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
