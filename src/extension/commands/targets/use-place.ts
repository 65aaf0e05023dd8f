import * as vscode from 'vscode';
import { isTrustedOrExplained, writeSetting } from '../../targets/setting-writing.ts';
import { contextOf } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';
import { theRow } from '../parts/the-object.ts';

/** Makes the context of a row, and with it its namespace, the one in use. */
export async function useContext(app: App, argument?: unknown): Promise<void> {
  const context = theRow(argument, 'context');
  if (context) await use(app, context.target, context.name, undefined);
}

/** Makes the namespace of a row the one in use, and its context with it. */
export async function useNamespace(app: App, argument?: unknown): Promise<void> {
  const scope = theRow(argument, 'scope');
  if (scope?.namespace === undefined) return;
  const { target, name } = contextOf(scope);
  await use(app, target, name, scope.namespace);
}

async function use(
  { consents }: App,
  target: Parameters<typeof writeSetting>[1],
  context: string,
  namespace: string | undefined,
): Promise<void> {
  const message = vscode.l10n.t('Trust this workspace first: until then it cannot choose a context of its own.');
  if (!(await isTrustedOrExplained(message))) return;
  await writeSetting(consents, target, 'context', context);
  await writeSetting(consents, target, 'namespace', namespace);
  const used = namespace === undefined ? context : `${context} / ${namespace}`;
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) MCP for Kubernetes now uses {0}', used), 5_000);
}
