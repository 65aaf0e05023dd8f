import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { leadsToOtherMachine } from '../../kubernetes/client/places.ts';
import type { FoundSettings } from '../settings/settings.ts';
import type { FoundKubeconfig } from './kubeconfig-order.ts';
import { isSetByWorkspace } from './kubernetes-extension.ts';

/** Did the workspace choose the kubeconfig, wherever the file is? */
export function isNamedByWorkspace(
  source: FoundKubeconfig['source'],
  { provided }: FoundSettings,
  folder: vscode.WorkspaceFolder | undefined,
): boolean {
  switch (source) {
    case 'setting':
      return provided.has('kubeconfig');
    case 'workspace':
      return true;
    case 'kubernetesExtension':
      return isSetByWorkspace(folder);
    case 'default':
      return false;
  }
}

/** Is it a file on this machine? A link in a repository may point to another one. */
export async function isOwnFile(path: string): Promise<boolean> {
  if (await leadsToOtherMachine(path)) return false;
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/** The open folders. */
export function workspacePaths(): string[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
}
