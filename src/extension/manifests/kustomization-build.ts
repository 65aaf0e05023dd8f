import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { workspacePaths } from '../targets/workspace-places.ts';

/** What a kustomization makes of the saved files that it loads. */
export interface BuiltKustomization {
  objects: KubernetesObject[];
  /** The files, without links. */
  files: ReadonlySet<string>;
}

/** Builds a kustomization of the workspace, by its file. @throws UserError, also in Restricted Mode. */
export async function buildKustomization(uri: vscode.Uri, signal: AbortSignal): Promise<BuiltKustomization> {
  if (!vscode.workspace.isTrusted)
    throw new UserError(vscode.l10n.t('Kustomizations are not built in Restricted Mode.'));
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder?.uri.scheme !== 'file')
    throw new UserError(vscode.l10n.t('Only kustomizations in a folder of this workspace are built.'));
  const [{ findKustomize }, { readKustomization }, { readManifests }] = await Promise.all([
    import('../../kubernetes/kustomize/kustomize-program.ts'),
    import('../../kubernetes/kustomize/workspace-manifest.ts'),
    import('../../kubernetes/text/reading.ts'),
  ]);
  const access = { workspace: folder.uri.fsPath, kustomize: () => findKustomize(workspacePaths()) };
  const { text, files } = await readKustomization(relative(folder.uri.fsPath, uri.fsPath), access, signal);
  return { objects: await readManifests(text), files };
}

/** The objects of a kustomization, for use. @throws UserError, also if an edited file of it is not saved. */
export async function kustomizationObjects(uri: vscode.Uri): Promise<KubernetesObject[]> {
  const { objects, files } = await buildKustomization(uri, new AbortController().signal);
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty || document.uri.scheme !== 'file') continue;
    const path = await realpath(document.uri.fsPath).catch(() => undefined);
    if (path !== undefined && files.has(path)) {
      const name = vscode.workspace.asRelativePath(document.uri);
      throw new UserError(vscode.l10n.t('Save {0} first: a kustomization is built from saved files.', name));
    }
  }
  return objects;
}
