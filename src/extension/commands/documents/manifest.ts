import { posix } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { isLensTarget } from '../../manifests/manifest-lenses.ts';
import { isKustomization } from '../../manifests/manifest-nodes.ts';
import type { Target } from '../../targets/targets.ts';
import type { App } from '../parts/app.ts';
import { deleteObjects } from '../parts/delete-objects.ts';
import { write, writerFor } from '../parts/object-writes.ts';

/** The objects that a command is about, and where they belong. */
interface ChosenManifest {
  fileName: string;
  objects: KubernetesObject[];
  target: Target;
  connection: Connection;
}

/** Shows an object of a file, or all of the file, beside what the cluster has of it. */
export async function compareManifest(app: App, argument?: unknown): Promise<void> {
  const { fileName, objects, connection } = await theManifest(app, argument);
  await app.comparisons.show(fileName, objects, connection);
  // Now that the cluster was asked, the lenses may ask it, too.
  app.lenses.refresh();
}

/** Deletes what a file made, as far as the cluster has it, after one review of all. */
export async function deleteManifest(app: App, argument?: unknown): Promise<void> {
  const { objects, target, connection } = await theManifest(app, argument);
  const { liveStateOf } = await import('../../manifests/live-state.ts');
  const { signal } = new AbortController();
  const states = await Promise.all(objects.map((object) => liveStateOf(connection, object, signal)));
  const found = states.flatMap(({ target: place, live }) =>
    place?.name !== undefined && live ? [{ ...place, name: place.name, target, connection }] : [],
  );
  const [first] = found;
  if (!first) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The cluster has nothing of this file.'));
    return;
  }
  const writer = await writerFor(app, first, signal);
  try {
    await write(vscode.l10n.t('Delete'), () => deleteObjects(found, writer));
  } finally {
    app.lenses.refresh();
  }
}

async function theManifest(app: App, argument: unknown): Promise<ChosenManifest> {
  if (isKustomization(argument)) return theKustomization(app, argument.uri);
  const { isManifestFile, manifestObjects } = await import('../../manifests/manifest-objects.ts');
  const place = isLensTarget(argument) ? argument : undefined;
  const uri = place?.uri ?? (argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri);
  const document = uri && (await vscode.workspace.openTextDocument(uri));
  const range = place?.range;
  const objects = document && isManifestFile(document) ? await manifestObjects(document.getText(range)) : [];
  const target = uri && (await app.lenses.targetOf(uri));
  if (!document || !target || objects.length === 0)
    throw new UserError(vscode.l10n.t('Open a YAML file with Kubernetes objects first.'));
  return {
    fileName: posix.basename(document.uri.path),
    objects: objects.map(({ object }) => object),
    target,
    connection: await app.clusters.connect(target),
  };
}

async function theKustomization(app: App, uri: vscode.Uri): Promise<ChosenManifest> {
  const { kustomizationObjects } = await import('../../manifests/kustomization-build.ts');
  const [objects, target] = await Promise.all([kustomizationObjects(uri), app.lenses.targetOf(uri)]);
  if (!target) throw new UserError(vscode.l10n.t('There is no kubeconfig.'));
  if (objects.length === 0) throw new UserError(vscode.l10n.t('This kustomization makes no objects.'));
  const fileName = posix.basename(posix.dirname(uri.path));
  return { fileName, objects, target, connection: await app.clusters.connect(target) };
}
