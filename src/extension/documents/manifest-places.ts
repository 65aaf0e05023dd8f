import * as vscode from 'vscode';
import type { Target, Targets } from '../targets/targets.ts';

/** Where the objects of a manifest belong: to a target, in its own context unless another is named. */
export interface ManifestPlace {
  target: Target;
  context?: string | undefined;
}

/** The cluster that a document was begun for. */
interface BegunFor {
  /** The target's name, if folders differ. */
  target: string | undefined;
  context: string;
  /** False after a restart: VS Code gives the names of documents again, so this may be another one. */
  isCertain: boolean;
}

/** The memento key of the documents that were begun. */
const BEGUN = 'begun manifests';

/**
 * Where the objects of manifests belong: a file's to the cluster of its folder, those of a document without a file to
 * the cluster that it was begun for, whichever is in use by then.
 */
export class ManifestPlaces implements vscode.Disposable {
  readonly #targets: Targets;
  readonly #memento: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #closing: vscode.Disposable;
  readonly #begun: Map<string, BegunFor>;

  /** The place of a document has become known. */
  readonly onDidChange = this.#changed.event;

  constructor(targets: Targets, memento: vscode.Memento) {
    this.#targets = targets;
    this.#memento = memento;
    const kept = Object.entries(memento.get<Record<string, BegunFor>>(BEGUN, {}));
    this.#begun = new Map(kept.map(([key, one]) => [key, { ...one, isCertain: false }]));
    this.#closing = vscode.workspace.onDidCloseTextDocument(({ uri, isClosed }) => {
      // With another language, a document is closed and opened without being closed.
      if (isClosed && this.#begun.delete(uri.toString())) this.#store();
    });
  }

  dispose(): void {
    this.#closing.dispose();
    this.#changed.dispose();
  }

  /** Remembers the cluster that a document without a file is for. */
  keep(uri: vscode.Uri, target: Target, context: string): void {
    this.#begun.set(uri.toString(), { target: target.name, context, isCertain: true });
    this.#store();
    this.#changed.fire();
  }

  /** The cluster that a document was begun for. */
  begunFor(uri: vscode.Uri): Readonly<BegunFor> | undefined {
    return this.#begun.get(uri.toString());
  }

  /** The place of a document, for use; undefined where only the user knows. */
  async of(uri: vscode.Uri): Promise<ManifestPlace | undefined> {
    const begun = this.begunFor(uri);
    if (begun) return begun.isCertain ? this.#placeOf(begun) : undefined;
    const target = await this.#targets.ofFile(uri);
    return target && { target };
  }

  /** The same or, where only the user knows, the likeliest one: for help with writing alone. */
  async likely(uri: vscode.Uri): Promise<ManifestPlace | undefined> {
    const begun = this.begunFor(uri);
    const place = begun ? await this.#placeOf(begun) : await this.of(uri);
    if (place) return place;
    const [target] = await this.#targets.all();
    return target && { target };
  }

  async #placeOf({ target: name, context }: BegunFor): Promise<ManifestPlace | undefined> {
    const target = await this.#targets.named(name);
    return target && { target, context };
  }

  #store(): void {
    void this.#memento.update(BEGUN, Object.fromEntries(this.#begun));
  }
}
