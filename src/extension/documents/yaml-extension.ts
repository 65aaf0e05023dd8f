import * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { looksLikeManifest } from './manifest-text.ts';

export const YAML_EXTENSION = 'redhat.vscode-yaml';

/** The contributor name in the YAML extension, and the scheme of our schema URIs. */
const CONTRIBUTOR = 'mcp-k8s';

/** The part of the YAML extension's API used here. */
interface YamlExtension {
  registerContributor(
    name: string,
    schemaUriOf: (document: string) => string | undefined,
    schemaAt: (uri: string) => Promise<string>,
    label?: string,
  ): boolean;
}

/** Gives the YAML extension, if installed, the cluster's schemas for manifests. Waits for the first YAML document. */
export function offerSchemas(
  connect: (document: vscode.TextDocument) => Promise<Connection>,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  let offered = false;
  const offer = async ({ languageId }: vscode.TextDocument) => {
    const extension = vscode.extensions.getExtension<YamlExtension>(YAML_EXTENSION);
    if (offered || languageId !== 'yaml' || !extension) return;
    offered = true;
    try {
      const api = await extension.activate();
      api.registerContributor(CONTRIBUTOR, schemaUri, (uri) => schemaAt(uri, connect));
    } catch (error) {
      log.warn(`The YAML extension does not take schemas: ${messageOf(error)}`);
    }
  };
  for (const document of vscode.workspace.textDocuments) void offer(document);
  return vscode.workspace.onDidOpenTextDocument(offer);
}

// The kinds are part of the URI, because a schema is fetched once per URI and depends on the kinds in the document.
function schemaUri(address: string): string | undefined {
  const document = documentAt(address);
  if (!document || !looksLikeManifest(document.getText())) return undefined;
  return `${CONTRIBUTOR}://schema/${encodeURIComponent(address)}?${document
    .getText()
    .match(/^(apiVersion|kind):.*$/gm)
    ?.map(encodeURIComponent)
    .join('&')}`;
}

async function schemaAt(uri: string, connect: (document: vscode.TextDocument) => Promise<Connection>): Promise<string> {
  const address = /^[\w-]+:\/\/schema\/([^?]*)/.exec(uri)?.[1] ?? '';
  const document = documentAt(decodeURIComponent(address));
  if (!document) return '{}';
  const { manifestSchema } = await import('./manifest-schema.ts');
  return JSON.stringify(await manifestSchema(document.getText(), await connect(document)));
}

function documentAt(address: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === address || uri.toString(true) === address);
}
