import * as vscode from 'vscode';
import { visible } from '../../kubernetes/text/visible.ts';
import type { JournalEntry } from '../../kubernetes/writes/journal.ts';
import { entryDescription, entryTitle, whyNotUndoable } from './entry-text.ts';

interface EntryItem extends vscode.QuickPickItem {
  entry: JournalEntry;
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

/** Lets the user choose a write to view or revert; undefined when they cancel. */
export async function chooseEntry(
  entries: readonly JournalEntry[],
  isUndoable: (entry: JournalEntry) => boolean,
): Promise<{ entry: JournalEntry; revert: boolean } | undefined> {
  const revert = { iconPath: new vscode.ThemeIcon('discard'), tooltip: vscode.l10n.t('Revert') };
  const pick = vscode.window.createQuickPick<EntryItem>();
  pick.title = vscode.l10n.t('Change History');
  pick.placeholder = vscode.l10n.t('Choose a write to see what it changed');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = entries.map((entry) => ({
    entry,
    label: `$(${OUTCOME_ICONS[entry.outcome] ?? ICONS[entry.access]}) ${entryTitle(entry)}`,
    description: entryDescription(entry),
    ...detailOf(entry),
    buttons: isUndoable(entry) ? [revert] : [],
  }));
  const { promise, resolve } = Promise.withResolvers<{ entry: JournalEntry; revert: boolean } | undefined>();
  pick.onDidAccept(() => resolve(pick.activeItems[0] && { entry: pick.activeItems[0].entry, revert: false }));
  pick.onDidTriggerItemButton(({ item }) => resolve({ entry: item.entry, revert: true }));
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
