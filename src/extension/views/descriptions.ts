import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { formatError } from '../common/problems.ts';
import { type DocumentAddress, documentAddress, documentUri } from '../documents/document-uri.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';

const SCHEME = 'k8s-description';
/** Marks, in a document's query, that it has the events alone. */
const EVENTS = 'part=events';

/** What is told of an object: its state and what is likely wrong, or what happened to it. */
export type DescribedPart = 'digest' | 'events';

/** Descriptions of objects as documents, rendered when shown. */
export class Descriptions implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #targets: Targets;
  readonly #clusters: Clusters;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;

  readonly onDidChange = this.#changed.event;

  constructor(targets: Targets, clusters: Clusters) {
    this.#targets = targets;
    this.#clusters = clusters;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  /** Shows the object's current description, in its existing tab. */
  async show(address: DocumentAddress, part: DescribedPart): Promise<void> {
    const { path, query } = vscode.Uri.parse(documentUri(address), true);
    const uri = vscode.Uri.from({
      scheme: SCHEME,
      path: path.replace(/yaml$/, part === 'events' ? 'events.txt' : 'txt'),
      query: part === 'events' ? [query, EVENTS].filter(Boolean).join('&') : query,
    });
    if (vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString()))
      this.#changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  async provideTextDocumentContent({ path, query }: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    try {
      const part = query.endsWith(EVENTS) ? 'events' : 'digest';
      const address = documentAddress(path.replace(part === 'events' ? /events\.txt$/ : /txt$/, 'yaml'), query);
      return await this.#describe(address, part, controller.signal);
    } catch (error) {
      return formatError(error);
    }
  }

  async #describe(address: DocumentAddress | undefined, part: DescribedPart, signal: AbortSignal): Promise<string> {
    const target = address && (await this.#targets.named(address.target));
    if (!target) throw new UserError(vscode.l10n.t('This object is not of this workspace any more.'));
    const { context, resource: kind, namespace, name } = address.coordinates;
    const connection = await this.#clusters.connect(target, context);
    const [{ digest }, { readObject }] = await Promise.all([
      import('../../kubernetes/diagnosis/digest.ts'),
      import('../../kubernetes/client/read-object.ts'),
    ]);
    const resource = await connection.discovery.resolve(kind);
    if (part === 'events') {
      const { eventsText } = await import('./event-text.ts');
      return eventsText(connection, { resource, namespace, name }, signal);
    }
    const object = await readObject(connection.client, resource, namespace, name, signal);
    return `${await digest(connection, resource, object, signal)}\n`;
  }
}
