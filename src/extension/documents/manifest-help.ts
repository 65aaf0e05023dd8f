import * as vscode from 'vscode';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import { ClusterSchemas } from './cluster-schemas.ts';
import type { ManifestPlaces } from './manifest-places.ts';
import { looksLikeManifest } from './manifest-text.ts';
import { registerManifestWarnings } from './manifest-warnings.ts';
import type { ObjectDocuments } from './object-documents.ts';
import { offerSchemas, YAML_EXTENSION } from './yaml-extension.ts';

const SELECTOR: vscode.DocumentSelector = { language: 'yaml' };

/** Explains and completes manifest fields from the cluster's schemas, or leaves that to the YAML extension. */
export function registerManifestHelp(
  documents: ObjectDocuments,
  places: ManifestPlaces,
  targets: Targets,
  clusters: Clusters,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const schemas = new ClusterSchemas(documents, places, targets, clusters);
  const helps = (document: vscode.TextDocument) =>
    !vscode.extensions.getExtension(YAML_EXTENSION) && looksLikeManifest(document.getText());
  return vscode.Disposable.from(
    schemas,
    registerManifestWarnings((document, apiVersion, kind) => schemas.ofKind(document, apiVersion, kind)),
    vscode.languages.registerHoverProvider(SELECTOR, {
      async provideHover(document, position) {
        if (!helps(document)) return undefined;
        const { fieldHover } = await import('./field-help.ts');
        return fieldHover(document, position, () => schemas.connect(document));
      },
    }),
    vscode.languages.registerCompletionItemProvider(SELECTOR, {
      async provideCompletionItems(document, position) {
        if (!helps(document)) return undefined;
        const { fieldCompletions } = await import('./field-help.ts');
        return fieldCompletions(document, position, () => schemas.connect(document));
      },
    }),
    offerSchemas(schemas, log),
  );
}
