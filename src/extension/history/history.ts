import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { jsonText } from '../../kubernetes/apimachinery/json.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import type { Kubeconfig } from '../../kubernetes/client/kubeconfig.ts';
import type { JournalEntry } from '../../kubernetes/writes/journal.ts';
import { HISTORY_SCHEME } from '../common/ids.ts';
import { DiffDocuments } from '../reviews/diff-documents.ts';
import type { Reviews } from '../reviews/reviews.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Target, Targets } from '../targets/targets.ts';
import { readKubeconfig } from '../targets/trusted-kubeconfig.ts';
import type { UserWrites } from '../writing/user-writes.ts';

/** Marks, in a document's path, the entries that Revert is offered for; package.json matches it. */
const UNDOABLE = 'undoable-';

export interface HistoryOptions {
  targets: Targets;
  clusters: Clusters;
  writes: UserWrites;
  reviews: Reviews;
}

/** Every journaled write by agents and the user, to view or revert. */
export class History implements vscode.Disposable {
  readonly #options: HistoryOptions;
  readonly #texts = new DiffDocuments(HISTORY_SCHEME);
  readonly #shown = new Map<string, JournalEntry>();
  readonly #subscription: vscode.Disposable;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#subscription = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.#forget(closed));
    // Left over from a closed window, and empty now.
    void vscode.window.tabGroups.close(this.#texts.tabs(), true);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#texts.dispose();
  }

  /** Lists the writes, newest first, and opens or reverts the chosen one. */
  async show(): Promise<void> {
    const [{ readJournal }, { defaultJournal }, { undoingAccess }] = await Promise.all([
      import('../../kubernetes/writes/journal-reading.ts'),
      import('../../kubernetes/writes/journal.ts'),
      import('../../kubernetes/writes/undo.ts'),
    ]);
    const entries = await readJournal(defaultJournal());
    if (entries.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Nothing has been written yet, by agents or by you.'));
      return;
    }
    const [{ chooseEntry }, places] = await Promise.all([import('./entry-list.ts'), this.#places()]);
    const choice = await chooseEntry(
      entries,
      (entry) => undoingAccess(entry) !== undefined,
      ({ context, server }) => !places.has(placeOf(context, server)),
    );
    if (choice?.revert) await this.#undo(choice.entry);
    else if (choice) await this.#open(choice.entry, undoingAccess(choice.entry) !== undefined);
  }

  /** Reverts the entry of a document: that of the button, or of the active tab. */
  async revert(argument: unknown): Promise<void> {
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    const id =
      argument instanceof vscode.Uri ? this.#texts.idOf(argument) : activeTab && this.#texts.idOfTab(activeTab);
    const entry = id === undefined ? undefined : this.#shown.get(id);
    if (entry) await this.#undo(entry);
  }

  async #open(entry: JournalEntry, undoable: boolean): Promise<void> {
    const [{ entryTitle }, { toYaml }, { comparable }, { foldedText, visibleText }] = await Promise.all([
      import('./entry-text.ts'),
      import('../../kubernetes/text/yaml.ts'),
      import('../../kubernetes/text/diff.ts'),
      import('../../kubernetes/text/visible.ts'),
    ]);
    const yaml = (object: KubernetesObject | undefined) =>
      object ? foldedText(visibleText(toYaml(comparable(object)))) : '';
    const hash = createHash('sha256').update(jsonText(entry)).digest('hex').slice(0, 16);
    const id = `${undoable ? UNDOABLE : ''}${hash}`;
    const { before, after, summary } = entry;
    const texts = { before: yaml(before), after: summary === undefined ? yaml(after) : visibleText(summary) };
    const fileName = summary === undefined ? `${entry.kind}-${entry.name ?? ''}.yaml` : 'command.txt';
    this.#shown.set(id, entry);
    const uris = this.#texts.hold(id, fileName, entry.context, texts);
    await vscode.commands.executeCommand('vscode.diff', uris.before, uris.after, entryTitle(entry));
  }

  async #undo(entry: JournalEntry): Promise<void> {
    const [{ undo, undoingAccess }, { entryTitle, whyNotUndoable }] = await Promise.all([
      import('../../kubernetes/writes/undo.ts'),
      import('./entry-text.ts'),
    ]);
    if (!undoingAccess(entry)) throw new UserError(whyNotUndoable(entry));
    const target = await this.#targetOf(entry);
    const { reviews, writes } = this.#options;
    const confirm: Reviews['confirm'] = (changes, signal) => reviews.confirm(changes, signal);
    const { signal } = new AbortController();
    const writer = await writes.writer({ target, context: entry.context, confirm, signal });
    const message = (await undo(entry, writer))
      ? vscode.l10n.t('$(check) Reverted: {0}', entryTitle(entry))
      : vscode.l10n.t('$(info) Nothing to revert: it is as it was before');
    vscode.window.setStatusBarMessage(message, 5_000);
  }

  // In another kubeconfig, a context of the same name may be another cluster.
  async #targetOf({ context, server }: JournalEntry): Promise<Target> {
    const { targets, clusters } = this.#options;
    const { serverOf } = await import('../../kubernetes/client/kubeconfig.ts');
    for (const target of await targets.all()) {
      const connection = await clusters.connect(target, context).catch(() => undefined);
      if (connection && serverOf(connection.context) === server) return target;
    }
    throw new UserError(
      vscode.l10n.t(
        'It was written to context “{0}” at {1}, which the kubeconfig of this window does not have.',
        context,
        server ?? '?',
      ),
    );
  }

  /** The clusters of this window. */
  async #places(): Promise<Set<string>> {
    const { findContext, serverOf } = await import('../../kubernetes/client/kubeconfig.ts');
    const targets = await this.#options.targets.current();
    // What cannot be read, or not yet, or is not complete has no cluster.
    const kubeconfigs = await Promise.all(targets.map((target) => readKubeconfig(target).catch(() => undefined)));
    const placesIn = (kubeconfig: Kubeconfig) =>
      kubeconfig.contexts.flatMap(({ name }) => {
        try {
          return [placeOf(name, serverOf(findContext(kubeconfig, name)))];
        } catch {
          return [];
        }
      });
    return new Set(kubeconfigs.flatMap((kubeconfig) => (kubeconfig ? placesIn(kubeconfig) : [])));
  }

  #forget(closed: readonly vscode.Tab[]): void {
    for (const tab of closed) {
      const id = this.#texts.idOfTab(tab);
      if (id === undefined || this.#texts.tabs(id).length > 0) continue;
      this.#shown.delete(id);
      this.#texts.release(id);
    }
  }
}

/** Where a write went: a context's name alone may be another cluster's elsewhere. */
function placeOf(context: string, server: string | undefined): string {
  return JSON.stringify([context, server]);
}
