import * as vscode from 'vscode';
import { visible } from '../../kubernetes/text/visible.ts';
import type { JournalEntry } from '../../kubernetes/writes/journal.ts';
import { entryDescription, entryTitle, whyNotUndoable } from './entry-text.ts';

interface EntryItem extends vscode.QuickPickItem {
  /** Absent for a separator. */
  entry?: JournalEntry;
}

/** A choice of the user. */
interface Choice {
  entry: JournalEntry;
  revert: boolean;
}

/** Icons of writes that changed nothing or failed. */
const OUTCOME_ICONS: Partial<Record<JournalEntry['outcome'], string>> = {
  dryRun: 'beaker',
  unchanged: 'check',
  refused: 'circle-slash',
  rejected: 'circle-slash',
  failed: 'error',
};
const ICONS = { create: 'add', update: 'edit', delete: 'trash', exec: 'terminal', read: 'eye' };

/**
 * Lets the user choose a write to view or revert; undefined when they cancel. Writes to clusters that this window does
 * not have come last: contexts of one name may be different clusters.
 */
export async function chooseEntry(
  entries: readonly JournalEntry[],
  isUndoable: (entry: JournalEntry) => boolean,
  isElsewhere: (entry: JournalEntry) => boolean,
): Promise<Choice | undefined> {
  const revert = { iconPath: new vscode.ThemeIcon('discard'), tooltip: vscode.l10n.t('Revert') };
  const pick = vscode.window.createQuickPick<EntryItem>();
  pick.title = vscode.l10n.t('Change History');
  pick.placeholder = vscode.l10n.t('Choose a write to see what it changed');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const itemOf = (entry: JournalEntry, server?: string): EntryItem => ({
    entry,
    label: `$(${OUTCOME_ICONS[entry.outcome] ?? ICONS[entry.access]}) ${entryTitle(entry)}`,
    description: [entryDescription(entry), ...(server === undefined ? [] : [visible(server)])].join(' · '),
    ...detailOf(entry),
    buttons: isUndoable(entry) ? [revert] : [],
  });
  const elsewhere = entries.filter(isElsewhere);
  const title = vscode.l10n.t('Clusters That This Window Does Not Have');
  pick.items = [
    ...entries.filter((entry) => !isElsewhere(entry)).map((entry) => itemOf(entry)),
    ...(elsewhere.length > 0 ? [{ label: title, kind: vscode.QuickPickItemKind.Separator }] : []),
    ...elsewhere.map((entry) => itemOf(entry, entry.server ?? '?')),
  ];
  const { promise, resolve } = Promise.withResolvers<Choice | undefined>();
  const choose = (item: EntryItem | undefined, isRevert: boolean) =>
    resolve(item?.entry && { entry: item.entry, revert: isRevert });
  pick.onDidAccept(() => choose(pick.activeItems[0], false));
  pick.onDidTriggerItemButton(({ item }) => choose(item, true));
  pick.onDidHide(() => resolve(undefined));
  pick.show();
  try {
    return await promise;
  } finally {
    pick.dispose();
  }
}

function detailOf(entry: JournalEntry): { detail?: string } {
  const text = entry.reason ?? (entry.notUndoable ? whyNotUndoable(entry) : undefined);
  return text === undefined ? {} : { detail: visible(text.split('\n')[0] ?? '') };
}
