import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { isLensTarget } from '../../manifests/manifest-lenses.ts';
import { isKustomization } from '../../manifests/manifest-nodes.ts';
import { contextOf, isNode, type Node, objectOf, scopeOf } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';
import { type ApplyBatch, type ApplyPlace, applyBatches, type ManifestPart } from '../parts/apply-parts.ts';
import { thePlace } from '../parts/the-place.ts';

/** Applies files and folders, or rows of the view of manifests; a row of the cluster view says where. */
export async function applyManifests(app: App, argument?: unknown, selected?: readonly unknown[]): Promise<void> {
  const place = isNode(argument) ? placeOf(argument) : undefined;
  const chosen = selected?.length ? selected : argument === undefined ? await chooseFiles() : [argument];
  if (chosen.length === 0) return;
  const found = await partsOf(chosen);
  if (found.length === 0)
    throw new UserError(vscode.l10n.t('There are no YAML files with Kubernetes objects among these.'));
  await applyBatches(app, place ? [{ place, parts: found }] : await placed(app, found));
}

/** The parts by where they belong: each folder of the workspace may have a cluster of its own. */
async function placed(app: App, found: readonly ManifestPart[]): Promise<ApplyBatch[]> {
  const batches: (ApplyBatch & { parts: ManifestPart[] })[] = [];
  let chosen: ApplyPlace | undefined;
  for (const part of found) {
    const { uri } = part.document;
    const known = await app.places.of(uri);
    // For all that are in no folder of the workspace.
    if (!known) chosen ??= await thePlace(app, uri, vscode.l10n.t('Apply to Cluster'));
    const place = known ?? chosen;
    if (!place) return [];
    const batch = batches.find((one) => one.place.target === place.target && one.place.context === place.context);
    if (batch) batch.parts.push(part);
    else batches.push({ place, parts: [part] });
  }
  return batches;
}

/** Reads the workspace's manifests again, and how far the cluster has them. */
export async function refreshManifests({ manifests }: App): Promise<void> {
  manifests.rebuild();
}

async function partsOf(chosen: readonly unknown[]): Promise<ManifestPart[]> {
  const [{ manifestsAmong }, { kustomizationObjects }, { looksLikeManifest }] = await Promise.all([
    import('../../manifests/manifest-files.ts'),
    import('../../manifests/kustomization-build.ts'),
    import('../../documents/manifest-text.ts'),
  ]);
  const found = await manifestsAmong(chosen.filter((one) => one instanceof vscode.Uri));
  const kustomizations = [...found.kustomizations, ...chosen.filter(isKustomization).map(({ uri }) => uri)];
  const built: ManifestPart[] = [];
  // One by one: each is a program.
  for (const uri of kustomizations) {
    const document = await vscode.workspace.openTextDocument(uri);
    built.push({ document, range: undefined, built: await kustomizationObjects(uri) });
  }
  const whole = found.files.map((uri) => ({ uri, range: undefined }));
  const rows = chosen.filter(isLensTarget);
  const within = (one: vscode.Uri, range: vscode.Range) =>
    rows.some((row) => row.range !== range && row.uri === one && row.range.contains(range));
  const parts = [...whole, ...rows.filter(({ uri, range }) => !within(uri, range))];
  const opened = await Promise.all(
    parts.map(async ({ uri, range }) => ({ document: await vscode.workspace.openTextDocument(uri), range })),
  );
  return [...opened.filter(({ document, range }) => looksLikeManifest(document.getText(range))), ...built];
}

async function chooseFiles(): Promise<readonly vscode.Uri[]> {
  const filters = { YAML: ['yaml', 'yml'] };
  const title = vscode.l10n.t('Apply to Cluster');
  return (await vscode.window.showOpenDialog({ canSelectMany: true, filters, title })) ?? [];
}

/** The context, and the namespace, of a row that files are dropped on. */
function placeOf(node: Node): ApplyPlace | undefined {
  if (node.type === 'target') return { target: node.target };
  if (node.type === 'message' || node.type === 'more') return node.parent && placeOf(node.parent);
  const { target, name: context } = contextOf(node);
  return { target, context, namespace: namespaceOf(node) };
}

function namespaceOf(node: Node): string | undefined {
  switch (node.type) {
    case 'scope':
    case 'object':
      return node.namespace;
    case 'release':
      return node.latest.namespace;
    case 'container':
    case 'problem':
      return objectOf(node)?.namespace;
    case 'kind':
      return scopeOf(node).namespace;
    case 'group':
    case 'releases':
      return node.parent.namespace;
    default:
      return undefined;
  }
}
