import * as vscode from 'vscode';
import { isTrustedOrExplained, writeSetting } from '../../targets/setting-writing.ts';
import { contextOf, isNode } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';

/** Makes the context of a row, and with it its namespace, the one in use. */
export async function useContext(app: App, argument?: unknown): Promise<void> {
  if (!isNode(argument) || argument.type !== 'context') return;
  await use(app, argument.target, argument.name, undefined);
}

/** Makes the namespace of a row the one in use, and its context with it. */
export async function useNamespace(app: App, argument?: unknown): Promise<void> {
  if (!isNode(argument) || argument.type !== 'scope' || argument.namespace === undefined) return;
  const { target, name } = contextOf(argument);
  await use(app, target, name, argument.namespace);
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
