import * as vscode from 'vscode';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { SCHEME } from '../common/ids.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import { looksLikeManifest } from './manifest-text.ts';
import { registerManifestWarnings, type SchemaSource } from './manifest-warnings.ts';
import type { ObjectDocuments } from './object-documents.ts';
import { offerSchemas, YAML_EXTENSION } from './yaml-extension.ts';

/** Without the schema in time nothing is checked, in milliseconds. */
const SCHEMA_TIMEOUT_MS = 10_000;
const SELECTOR: vscode.DocumentSelector = { language: 'yaml' };

/** Explains and completes manifest fields from the cluster's schemas, or leaves that to the YAML extension. */
export function registerManifestHelp(
  documents: ObjectDocuments,
  targets: Targets,
  clusters: Clusters,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const connect = async ({ uri }: vscode.TextDocument): Promise<Connection> => {
    if (uri.scheme === SCHEME) return (await documents.place(uri)).connection;
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    const all = await targets.all();
    const target = all.find((one) => one.folder === folder) ?? all[0];
    if (!target) throw new RangeError('A window without targets');
    return clusters.connect(target);
  };
  const helps = (document: vscode.TextDocument) =>
    !vscode.extensions.getExtension(YAML_EXTENSION) && looksLikeManifest(document.getText());
  // Checking while the user types connects to no cluster that is not in use.
  const schemaOf: SchemaSource = async (document, apiVersion, kind) => {
    if (!targets.used) return undefined;
    try {
      const { client, discovery } = await connect(document);
      const { kindSchema } = await import('../../kubernetes/client/openapi.ts');
      return await kindSchema(
        client,
        await discovery.resolve(kind, apiVersion),
        AbortSignal.timeout(SCHEMA_TIMEOUT_MS),
      );
    } catch {
      return undefined;
    }
  };
  return vscode.Disposable.from(
    registerManifestWarnings(schemaOf),
    vscode.languages.registerHoverProvider(SELECTOR, {
      async provideHover(document, position) {
        if (!helps(document)) return undefined;
        const { fieldHover } = await import('./field-help.ts');
        return fieldHover(document, position, () => connect(document));
      },
    }),
    vscode.languages.registerCompletionItemProvider(SELECTOR, {
      async provideCompletionItems(document, position) {
        if (!helps(document)) return undefined;
        const { fieldCompletions } = await import('./field-help.ts');
        return fieldCompletions(document, position, () => connect(document));
      },
    }),
    offerSchemas(connect, log),
  );
}
