import * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import type { ClusterSchemas } from './cluster-schemas.ts';
import { CONTRIBUTOR, documentOf, schemaUri } from './schema-uri.ts';

export const YAML_EXTENSION = 'redhat.vscode-yaml';

/** Where there is no schema. */
const ANYTHING = '{}';

/** The part of the YAML extension's API used here. */
interface YamlExtension {
  registerContributor(
    name: string,
    schemaUriOf: (document: string) => string | undefined,
    schemaAt: (uri: string) => Promise<string>,
    label?: string,
  ): boolean;
}

/**
 * Gives the YAML extension, if installed, the schemas of the cluster in use for manifests. Waits for the first YAML
 * document.
 */
export function offerSchemas(schemas: ClusterSchemas, log: vscode.LogOutputChannel): vscode.Disposable {
  const schemaUriOf = (address: string) => {
    const [document, version] = [documentAt(address), schemas.version];
    return document && version !== undefined ? schemaUri(address, document.getText(), version) : undefined;
  };
  const schemaAt = async (uri: string) => {
    try {
      const document = documentAt(documentOf(uri));
      return document ? await schemaOf(document, schemas) : ANYTHING;
    } catch (error) {
      // The YAML extension would show it to the user as its own.
      log.info(`There are no schemas of the cluster: ${messageOf(error)}`);
      return ANYTHING;
    }
  };
  let offered = false;
  const offer = async ({ languageId }: vscode.TextDocument) => {
    const extension = vscode.extensions.getExtension<YamlExtension>(YAML_EXTENSION);
    if (offered || languageId !== 'yaml' || !extension) return;
    offered = true;
    try {
      const api = await extension.activate();
      api.registerContributor(CONTRIBUTOR, schemaUriOf, schemaAt);
    } catch (error) {
      log.warn(`The YAML extension does not take schemas: ${messageOf(error)}`);
    }
  };
  for (const document of vscode.workspace.textDocuments) void offer(document);
  return vscode.workspace.onDidOpenTextDocument(offer);
}

async function schemaOf(document: vscode.TextDocument, schemas: ClusterSchemas): Promise<string> {
  const { manifestSchema } = await import('./manifest-schema.ts');
  return JSON.stringify(await manifestSchema(document.getText(), await schemas.connect(document)));
}

function documentAt(address: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === address || uri.toString(true) === address);
}
