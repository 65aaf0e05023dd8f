import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/errors.ts';
import type { ResourceCoordinates } from '../../kubernetes/resource-uri.ts';
import type { ResourceShown } from '../../protocol.ts';
import type { Clusters } from '../clusters.ts';
import { SCHEME } from '../ids.ts';
import { plainWords } from '../problems.ts';
import type { Target, Targets } from '../targets.ts';
import { documentAddress, documentUri } from './document-uri.ts';
import { ObjectFileSystem } from './object-file-system.ts';
import type { ObjectText } from './object-text.ts';

/** The `k8s:` documents: registers their scheme, opens them, refreshes them. */
export class ObjectDocuments implements vscode.Disposable {
  readonly #targets: Targets;
  readonly #clusters: Clusters;
  readonly #log: vscode.LogOutputChannel;
  readonly #files: ObjectFileSystem;
  readonly #registration: vscode.Disposable;
  #showing: Promise<void> | undefined;
  #next: (() => Promise<void>) | undefined;

  constructor(targets: Targets, clusters: Clusters, log: vscode.LogOutputChannel) {
    this.#targets = targets;
    this.#clusters = clusters;
    this.#log = log;
    this.#files = new ObjectFileSystem((uri) => this.#read(uri), log);
    const reason = vscode.l10n.t('This is the object as the cluster has it, and it is read-only.');
    this.#registration = vscode.workspace.registerFileSystemProvider(SCHEME, this.#files, {
      isCaseSensitive: true,
      isReadonly: new vscode.MarkdownString(reason),
    });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#files.dispose();
  }

  /**
   * Opens the object in the active group, unless somebody who waited for it gave up.
   * @throws what reading it threw; then no tab is opened.
   */
  async open(target: Target, coordinates: ResourceCoordinates, signal?: AbortSignal): Promise<void> {
    const uri = uriOf(target.name, coordinates);
    await this.#files.refresh(uri);
    if (signal?.aborted) return;
    await vscode.window.showTextDocument(uri, { preview: true, viewColumn: columnOf(uri) });
  }

  /** Reads the object of a document anew. */
  refresh(uri: vscode.Uri): Promise<void> {
    return this.#files.refresh(uri);
  }

  /** Shows beside, as the settings want it, what an agent was given. Of many in a burst the last one is shown. */
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
      await show().catch((error: unknown) => this.#log.warn(`A result cannot be shown: ${plainWords(error)}`));
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

  async #read(uri: vscode.Uri): Promise<ObjectText> {
    const address = documentAddress(uri.path, uri.query);
    if (!address) throw new UserError(vscode.l10n.t('{0} is not the address of a Kubernetes object.', uri.toString()));
    const target = await this.#targets.named(address.target);
    if (!target)
      throw new UserError(
        vscode.l10n.t('The folder "{0}" of this object is not in the workspace any more.', address.target ?? ''),
      );
    const connection = await this.#clusters.connect(target, address.coordinates.context);
    const { readObjectText } = await import('./object-text.ts');
    return readObjectText(connection, address.coordinates);
  }
}

function uriOf(target: string | undefined, coordinates: ResourceCoordinates): vscode.Uri {
  return vscode.Uri.parse(documentUri({ target, coordinates }), true);
}

// Where the document is open already, so that the same object stays the same tab.
function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  return columnWhere((shown) => shown.toString() === uri.toString());
}

// Where an earlier result is: the next one takes its place instead of splitting the editor again.
function columnOfAnother(): vscode.ViewColumn | undefined {
  return columnWhere((shown) => shown.scheme === SCHEME);
}

function columnWhere(matches: (uri: vscode.Uri) => boolean): vscode.ViewColumn | undefined {
  return vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && matches(input.uri)),
  )?.viewColumn;
}

// Beside nothing there is no beside.
function columnBeside(): vscode.ViewColumn {
  const { activeTabGroup } = vscode.window.tabGroups;
  return activeTabGroup.tabs.length === 0 ? activeTabGroup.viewColumn : vscode.ViewColumn.Beside;
}
