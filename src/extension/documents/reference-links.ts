import * as vscode from 'vscode';
import { COMMANDS, SCHEME } from '../common/ids.ts';
import type { ClusterObjects } from './cluster-objects.ts';
import { documentUri } from './document-uri.ts';
import type { ObjectReference } from './references.ts';
import type { Span } from './yaml-positions.ts';

interface ReferenceLink extends vscode.DocumentLink {
  reference?: ObjectReference;
  from?: vscode.Uri;
}

/** The pods a link leads to. */
export interface PodsLink {
  uri: string;
  selector: string;
}

/** Links the names in a `k8s:` document to the objects, and selectors to their pods. */
export class ReferenceLinks implements vscode.DocumentLinkProvider<ReferenceLink> {
  readonly #objects: ClusterObjects;

  constructor(objects: ClusterObjects) {
    this.#objects = objects;
  }

  register(): vscode.Disposable {
    return vscode.languages.registerDocumentLinkProvider({ scheme: SCHEME }, this);
  }

  async provideDocumentLinks(document: vscode.TextDocument): Promise<ReferenceLink[]> {
    const { referencesIn } = await import('./references.ts');
    const { objects, selectors } = referencesIn(document.getText());
    const rangeOf = ({ start, end }: Span) => new vscode.Range(document.positionAt(start), document.positionAt(end));
    return [
      ...objects.map((reference): ReferenceLink => {
        const tooltip = vscode.l10n.t('Open {0} {1}', reference.kind, reference.name);
        return { range: rangeOf(reference.span), reference, from: document.uri, tooltip };
      }),
      ...selectors.map(({ span, selector }): ReferenceLink => {
        const link: PodsLink = { uri: document.uri.toString(), selector };
        const target = `command:${COMMANDS.showSelectedPods}?${encodeURIComponent(JSON.stringify([link]))}`;
        return {
          range: rangeOf(span),
          target: vscode.Uri.parse(target),
          tooltip: vscode.l10n.t('Show the pods with {0}', selector),
        };
      }),
    ];
  }

  // Looked up only on click: the cluster knows the kind's name.
  async resolveDocumentLink(link: ReferenceLink): Promise<ReferenceLink> {
    const { reference, from } = link;
    if (!reference || !from) return link;
    const { connection, coordinates, target } = await this.#objects.connect(from);
    const { resourceNameOf } = await import('../../kubernetes/apimachinery/api-resource.ts');
    const resource = await connection.discovery.resolve(reference.kind, reference.apiVersion);
    const namespace = resource.namespaced ? (reference.namespace ?? coordinates.namespace) : undefined;
    const { context } = coordinates;
    const address = { context, resource: resourceNameOf(resource), namespace, name: reference.name };
    link.target = vscode.Uri.parse(documentUri({ target: target.name, coordinates: address }), true);
    return link;
  }
}
