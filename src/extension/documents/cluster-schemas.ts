import type * as vscode from 'vscode';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import type { KindSchema } from '../../kubernetes/client/openapi.ts';
import { SCHEME } from '../common/ids.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import type { ManifestPlaces } from './manifest-places.ts';
import type { ObjectDocuments } from './object-documents.ts';

/** Without the schema in time nothing is checked, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** The schemas for documents, from the cluster that each is for. */
export class ClusterSchemas implements vscode.Disposable {
  readonly #documents: ObjectDocuments;
  readonly #places: ManifestPlaces;
  readonly #targets: Targets;
  readonly #clusters: Clusters;
  readonly #subscriptions: vscode.Disposable[];
  #version = 0;

  constructor(documents: ObjectDocuments, places: ManifestPlaces, targets: Targets, clusters: Clusters) {
    this.#documents = documents;
    this.#places = places;
    this.#targets = targets;
    this.#clusters = clusters;
    const changed = () => {
      this.#version += 1;
    };
    // Another context, or the same cluster once it answers.
    const changes = [targets.onDidChange, places.onDidChange, clusters.connectivity.onDidChange];
    this.#subscriptions = changes.map((on) => on(changed));
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
  }

  /**
   * Differs when schemas may; undefined while no cluster is in use: opening or checking a file is no reason to sign in
   * to one.
   */
  get version(): string | undefined {
    return this.#targets.used ? String(this.#version) : undefined;
  }

  /** The cluster that a document is for. */
  async connect({ uri }: vscode.TextDocument): Promise<Connection> {
    if (uri.scheme === SCHEME) return (await this.#documents.place(uri)).connection;
    const place = await this.#places.likely(uri);
    if (!place) throw new RangeError('A window without targets');
    return this.#clusters.connect(place.target, place.context);
  }

  /** The schema of a kind for a document; undefined where there is none, or no cluster is in use. */
  async ofKind(document: vscode.TextDocument, apiVersion: string, kind: string): Promise<KindSchema | undefined> {
    if (this.version === undefined) return undefined;
    try {
      const { client, discovery } = await this.connect(document);
      const { kindSchema } = await import('../../kubernetes/client/openapi.ts');
      return await kindSchema(client, await discovery.resolve(kind, apiVersion), AbortSignal.timeout(TIMEOUT_MS));
    } catch {
      return undefined;
    }
  }
}
