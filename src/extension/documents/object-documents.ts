import * as vscode from 'vscode';
import type { ResourceCoordinates } from '../../kubernetes/apimachinery/resource-uri.ts';
import type { ResourceShown } from '../../protocol.ts';
import { SCHEME } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import type { Target, Targets } from '../targets/targets.ts';
import { ClusterObjects, type Collaborators, type Place } from './cluster-objects.ts';
import { DocumentConflicts } from './document-conflicts.ts';
import { documentUri } from './document-uri.ts';
import { EditLenses } from './edit-lenses.ts';
import { KeptEdits } from './kept-edits.ts';
import { ObjectFileSystem } from './object-file-system.ts';
import { ReferenceLinks } from './reference-links.ts';
import { ValueLenses } from './value-lenses.ts';

/** The `k8s:` documents: registers their scheme, opens them, refreshes them. */
export class ObjectDocuments implements vscode.Disposable {
  readonly #targets: Targets;
  readonly #log: vscode.LogOutputChannel;
  readonly #files: ObjectFileSystem;
  readonly #objects: ClusterObjects;
  readonly #registration: vscode.Disposable;
  #showing: Promise<void> | undefined;
  #next: (() => Promise<void>) | undefined;

  /** Conflicts between documents and the cluster. */
  readonly conflicts: DocumentConflicts;
  /** Values that documents redact. */
  readonly values: ValueLenses;

  constructor(collaborators: Collaborators, memento: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#targets = collaborators.targets;
    this.#log = log;
    this.conflicts = new DocumentConflicts(log);
    this.#objects = new ClusterObjects(collaborators, this.conflicts);
    this.#files = new ObjectFileSystem(this.#objects, new KeptEdits(memento), log);
    this.conflicts.register(this.#files, this.#objects);
    this.values = new ValueLenses(this.#files);
    this.#registration = vscode.Disposable.from(
      vscode.workspace.registerFileSystemProvider(SCHEME, this.#files, { isCaseSensitive: true }),
      new ReferenceLinks(this.#objects).register(),
      new EditLenses(this.#files),
      collaborators.clusters.connectivity.onDidChange(() => this.#files.retry()),
      collaborators.targets.onDidChange(() => this.#files.retry()),
    );
  }

  dispose(): void {
    for (const one of [this.#registration, this.values, this.conflicts, this.#files, this.#objects]) one.dispose();
  }

  /**
   * Opens the object in the active group, unless the wait was cancelled.
   * @throws what reading it threw; no tab opens then.
   */
  async open(target: Target, coordinates: ResourceCoordinates, signal?: AbortSignal): Promise<void> {
    const uri = uriOf(target.name, coordinates);
    const title = vscode.l10n.t('Opening {0}…', coordinates.name);
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      this.#files.refresh(uri),
    );
    if (signal?.aborted) return;
    await vscode.window.showTextDocument(uri, { preview: true, viewColumn: columnOf(uri) });
  }

  /** The location of a document's object. @throws UserError when there is none. */
  place(uri: vscode.Uri): Promise<Place> {
    return this.#objects.connect(uri);
  }

  /** Makes a document editable. @throws what reading its object throws. */
  edit(uri: vscode.Uri): Promise<void> {
    return this.#files.edit(uri);
  }

  /** Reloads the object of a document. */
  refresh(uri: vscode.Uri): Promise<void> {
    return this.#files.refresh(uri);
  }

  /** Shows what an agent was given beside the editor, if the settings allow it. In a burst, shows the last one. */
  show(targetName: string | undefined, shown: ResourceShown): void {
    this.#next = () => this.#showBeside(targetName, shown);
    this.#showing ??= this.#showAll().finally(() => {
      this.#showing = undefined;
    });
  }

  async #showAll(): Promise<void> {
    while (this.#next) {
      const show = this.#next;
      this.#next = undefined;
      await show().catch((error: unknown) => this.#log.warn(`A result cannot be shown: ${formatError(error)}`));
    }
  }

  async #showBeside(targetName: string | undefined, { context, resource, namespace, name }: ResourceShown) {
    const target = await this.#targets.named(targetName);
    if (!target || target.settings.openResults === 'never') return;
    const uri = uriOf(targetName, { context, resource, namespace, name });
    await this.#files.refresh(uri);
    const column = columnOf(uri) ?? columnOfAnother() ?? columnBeside();
    await vscode.window.showTextDocument(uri, { preview: true, preserveFocus: true, viewColumn: column });
  }
}

function uriOf(target: string | undefined, coordinates: ResourceCoordinates): vscode.Uri {
  return vscode.Uri.parse(documentUri({ target, coordinates }), true);
}

// The group that has the document open, so that an object keeps its tab.
function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  return columnWhere((shown) => shown.toString() === uri.toString());
}

// The group of an earlier result, to reuse it instead of splitting the editor again.
function columnOfAnother(): vscode.ViewColumn | undefined {
  return columnWhere((shown) => shown.scheme === SCHEME);
}

function columnWhere(matches: (uri: vscode.Uri) => boolean): vscode.ViewColumn | undefined {
  return vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && matches(input.uri)),
  )?.viewColumn;
}

// No split if the active group is empty.
function columnBeside(): vscode.ViewColumn {
  const { activeTabGroup } = vscode.window.tabGroups;
  return activeTabGroup.tabs.length === 0 ? activeTabGroup.viewColumn : vscode.ViewColumn.Beside;
}
