import * as vscode from 'vscode';
import { contextOf, isNode } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';
import { chooseTarget } from '../parts/choose-target.ts';

/** Opens the page of a cluster: that of a row of the view, or the one in use. */
export async function showDashboard(app: App, argument?: unknown): Promise<void> {
  const row =
    isNode(argument) && (argument.type === 'context' || argument.type === 'problems') ? contextOf(argument) : undefined;
  const target = row?.target ?? (await chooseTarget(app, vscode.l10n.t('Show Cluster Dashboard')));
  if (!target) return;
  const context = row?.name ?? (await app.clusters.connect(target)).context.name;
  await app.pages.show({ target: target.name, context });
}
