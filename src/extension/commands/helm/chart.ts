import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { chartFolderOf } from '../../helm/chart-previews.ts';
import { releaseUri } from '../../helm/release-uri.ts';
import { isChart } from '../../manifests/manifest-nodes.ts';
import type { App } from '../parts/app.ts';
import { thePlace } from '../parts/the-place.ts';
import { addressOf, pickRelease } from './chosen-release.ts';

/** Shows a rendered workspace chart beside the editor, with the values files next to the chart. */
export async function previewChart(app: App, argument?: unknown): Promise<void> {
  const folder = await theChart(argument);
  const values =
    folder === undefined ? undefined : await chooseValues(folder, vscode.l10n.t('Preview Rendered Manifest'));
  if (folder !== undefined && values) await app.charts.show(folder, values);
}

/** Shows what a workspace chart would change in the release of its name. */
export async function compareChart(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Compare with Release');
  const folder = await theChart(argument);
  const values = folder === undefined ? undefined : await chooseValues(folder, title);
  if (folder === undefined || !values) return;
  const place = await thePlace(app, vscode.Uri.file(folder), title);
  if (!place) return;
  const { target } = place;
  const connection = await app.clusters.connect(target, place.context);
  const picked = await pickRelease(connection, title);
  const latest = picked?.revisions[0];
  if (!picked || !latest) return;
  const { namespace, name } = picked;
  const live = releaseUri(addressOf({ target, connection, ...picked }, latest, 'manifest'));
  const rendered = app.charts.uri(folder, values, { name, namespace });
  await vscode.commands.executeCommand('vscode.diff', live, rendered, `${name} ↔ ${basename(folder)}`);
}

async function theChart(argument: unknown): Promise<string | undefined> {
  const named = isChart(argument) ? argument.uri : argument;
  const file = named instanceof vscode.Uri ? named : vscode.window.activeTextEditor?.document.uri;
  const folder = file && (await chartFolderOf(file));
  if (folder !== undefined) return folder;
  const found = await vscode.workspace.findFiles('**/Chart.yaml', '**/node_modules/**');
  if (found.length === 0)
    throw new UserError(vscode.l10n.t('There is no chart in this workspace: no folder has a Chart.yaml.'));
  const items = found.map((uri) => ({
    label: vscode.workspace.asRelativePath(uri).replace(/\/?Chart\.yaml$/, '') || '.',
    path: uri.fsPath,
  }));
  const picked =
    items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Charts') });
  return picked?.path.replace(/[\\/]Chart\.yaml$/, '');
}

// The chart's own values.yaml always applies.
async function chooseValues(folder: string, title: string): Promise<string[] | undefined> {
  const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.file(folder));
  const names = entries.flatMap(([name, type]) =>
    type === vscode.FileType.File && /values.*\.ya?ml$/i.test(name) && name !== 'values.yaml' ? [name] : [],
  );
  if (names.length === 0) return [];
  const items = names.sort().map((label) => ({ label }));
  const options = { title, canPickMany: true, placeHolder: vscode.l10n.t('Further files of values') } as const;
  return (await vscode.window.showQuickPick(items, options))?.map(({ label }) => join(folder, label));
}
