import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import type { ResourceCoordinates } from '../../kubernetes/apimachinery/resource-uri.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import type { Reviews } from '../reviews/reviews.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Target, Targets } from '../targets/targets.ts';
import type { UserWrites } from '../writing/user-writes.ts';
import { saveInFront } from './document-tabs.ts';
import { documentAddress } from './document-uri.ts';
import type { ObjectSource, Unwritten } from './object-file-system.ts';
import type { ObjectText } from './object-text.ts';

/** Options for reading and writing the objects of documents. */
export interface Collaborators {
  targets: Targets;
  clusters: Clusters;
  writes: UserWrites;
  reviews: Reviews;
}

/** The location of a document's object, and the connection to its cluster. */
export interface Place {
  target: Target;
  coordinates: ResourceCoordinates;
  connection: Connection;
}

/** Notified of how a save ended. */
export interface SaveListener {
  onSaved(uri: vscode.Uri, written: boolean): void;
  onFailed(uri: vscode.Uri, error: unknown): Promise<void>;
}

/** The objects of `k8s:` documents in their targets' clusters. */
export class ClusterObjects implements ObjectSource, vscode.Disposable {
  readonly #with: Collaborators;
  readonly #listener: SaveListener;
  /** Documents whose next write, unless auto save makes it, is by force. */
  readonly #forced = new Set<string>();
  readonly #automatic = new Set<string>();
  readonly #saving: vscode.Disposable;

  constructor(collaborators: Collaborators, listener: SaveListener) {
    this.#with = collaborators;
    this.#listener = listener;
    this.#saving = vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
      const key = document.uri.toString();
      if (reason === vscode.TextDocumentSaveReason.Manual) this.#automatic.delete(key);
      else this.#automatic.add(key);
    });
  }

  dispose(): void {
    this.#saving.dispose();
  }

  /** The location of a document's object. @throws UserError when there is none. */
  async locate(uri: vscode.Uri): Promise<{ target: Target; coordinates: ResourceCoordinates }> {
    const address = documentAddress(uri.path, uri.query);
    if (!address) throw new UserError(vscode.l10n.t('{0} is not the address of a Kubernetes object.', uri.toString()));
    const target = await this.#with.targets.named(address.target);
    if (!target)
      throw new UserError(
        vscode.l10n.t('The folder "{0}" of this object is not in the workspace any more.', address.target ?? ''),
      );
    return { target, coordinates: address.coordinates };
  }

  /** The same, with the connection to the cluster. */
  async connect(uri: vscode.Uri): Promise<Place> {
    const { target, coordinates } = await this.locate(uri);
    return { target, coordinates, connection: await this.#with.clusters.connect(target, coordinates.context) };
  }

  async read(uri: vscode.Uri): Promise<ObjectText> {
    const { connection, coordinates } = await this.connect(uri);
    const { readObjectText } = await import('./object-text.ts');
    return readObjectText(connection, coordinates);
  }

  async *follow(uri: vscode.Uri, signal: AbortSignal): AsyncGenerator<ObjectText | undefined, void> {
    const { followObjectText } = await import('./object-text.ts');
    while (!signal.aborted) {
      const { connection, coordinates } = await this.connect(uri);
      // Other settings or another kubeconfig mean another connection.
      yield* followObjectText(connection, coordinates, AbortSignal.any([signal, connection.closed]));
    }
  }

  /**
   * Saves a document although others have changed the object or own a part of it.
   * @throws UserError when VS Code had nothing written.
   */
  async saveByForce(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    this.#forced.add(key);
    let isLeft = true;
    try {
      await saveInFront(uri);
    } finally {
      isLeft = this.#forced.delete(key);
    }
    if (isLeft)
      throw new UserError(vscode.l10n.t('Nothing was written: VS Code did not save the document. Try again.'));
  }

  async write(uri: vscode.Uri, text: string, base: KubernetesObject | undefined): Promise<ObjectText | Unwritten> {
    const key = uri.toString();
    if (this.#automatic.delete(key)) return 'auto save';
    const force = this.#forced.delete(key);
    try {
      const { target, coordinates } = await this.locate(uri);
      const { writes, reviews } = this.#with;
      const { signal } = new AbortController();
      const writer = await writes.writer({
        target,
        context: coordinates.context,
        confirm: (changes, reviewSignal) => reviews.confirm(changes, reviewSignal),
        signal,
      });
      const { saveObject } = await import('./object-saving.ts');
      const saving = { coordinates, text, base, force, writer };
      const { written, ...saved } = await saveObject(saving);
      this.#listener.onSaved(uri, written);
      return saved;
    } catch (error) {
      await this.#listener.onFailed(uri, error);
      return 'refused';
    }
  }
}
