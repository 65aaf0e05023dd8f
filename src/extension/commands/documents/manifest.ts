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
import { thePlace } from '../parts/the-place.ts';

/** The objects that a command is about, and where they belong. */
interface ChosenManifest {
  fileName: string;
  objects: KubernetesObject[];
  target: Target;
  connection: Connection;
}

/** Shows an object of a file, or all of the file, beside what the cluster has of it. */
export async function compareManifest(app: App, argument?: unknown): Promise<void> {
  const chosen = await theManifest(app, argument, vscode.l10n.t('Compare with Cluster'));
  if (!chosen) return;
  const { fileName, objects, connection } = chosen;
  await app.comparisons.show(fileName, objects, connection);
  // Now that the cluster was asked, the lenses may ask it, too.
  app.lenses.refresh();
}

/** Deletes what a file made, as far as the cluster has it, after one review of all. */
export async function deleteManifest(app: App, argument?: unknown): Promise<void> {
  const chosen = await theManifest(app, argument, vscode.l10n.t('Delete'));
  if (!chosen) return;
  const { objects, target, connection } = chosen;
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

/** @throws UserError where there is none; undefined when the user cancels. */
async function theManifest(app: App, argument: unknown, title: string): Promise<ChosenManifest | undefined> {
  if (isKustomization(argument)) return theKustomization(app, argument.uri, title);
  const { isManifestFile, manifestObjects } = await import('../../manifests/manifest-objects.ts');
  const lens = isLensTarget(argument) ? argument : undefined;
  const uri = lens?.uri ?? (argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri);
  const document = uri && (await vscode.workspace.openTextDocument(uri));
  const objects = document && isManifestFile(document) ? await manifestObjects(document.getText(lens?.range)) : [];
  if (!document || objects.length === 0)
    throw new UserError(vscode.l10n.t('Open a YAML file with Kubernetes objects first.'));
  const place = await thePlace(app, document.uri, title);
  if (!place) return undefined;
  const { target, context } = place;
  return {
    fileName: posix.basename(document.uri.path),
    objects: objects.map(({ object }) => object),
    target,
    connection: await app.clusters.connect(target, context),
  };
}

async function theKustomization(app: App, uri: vscode.Uri, title: string): Promise<ChosenManifest | undefined> {
  const { kustomizationObjects } = await import('../../manifests/kustomization-build.ts');
  const [objects, place] = await Promise.all([kustomizationObjects(uri), thePlace(app, uri, title)]);
  if (!place) return undefined;
  if (objects.length === 0) throw new UserError(vscode.l10n.t('This kustomization makes no objects.'));
  const fileName = posix.basename(posix.dirname(uri.path));
  const { target, context } = place;
  return { fileName, objects, target, connection: await app.clusters.connect(target, context) };
}
