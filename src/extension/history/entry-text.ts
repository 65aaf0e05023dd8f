import * as vscode from 'vscode';
import { age } from '../../kubernetes/apimachinery/age.ts';
import { visible } from '../../kubernetes/text/visible.ts';
import type { JournalEntry } from '../../kubernetes/writes/journal.ts';
import { changeTitle } from '../reviews/review-text.ts';

/** The action, the object and its location. */
export function entryTitle(entry: JournalEntry): string {
  const { access } = entry;
  return access === 'read' ? '' : changeTitle({ ...entry, access });
}

/** Who did it, the result, how long ago, and through which client. */
export function entryDescription({ actor, caller, outcome, time }: JournalEntry): string {
  const who = actor === 'agent' ? vscode.l10n.t('agent') : vscode.l10n.t('you');
  const client = caller === undefined ? [] : [visible(caller)];
  return [who, outcomeWord(outcome, actor), vscode.l10n.t('{0} ago', age(time)), ...client].join(' · ');
}

/** Why an entry cannot be reverted. */
export function whyNotUndoable({ notUndoable }: JournalEntry): string {
  switch (notUndoable) {
    case 'secretValues':
      return vscode.l10n.t('It held secret values, which are never kept, so it cannot be reverted.');
    case 'tooLarge':
      return vscode.l10n.t('It was too large to be kept, so it cannot be reverted.');
    case 'command':
      return vscode.l10n.t('What a command did is not known, so it cannot be reverted.');
    case 'contentsGone':
      return vscode.l10n.t('Everything in it was deleted with it, so it cannot be reverted.');
    case undefined:
      return vscode.l10n.t('There is nothing to revert.');
  }
}

function outcomeWord(outcome: JournalEntry['outcome'], actor: JournalEntry['actor']): string {
  switch (outcome) {
    case 'applied':
      return vscode.l10n.t('applied');
    case 'refused':
      return vscode.l10n.t('refused');
    case 'rejected':
      // Nobody rejects what they ask for themselves.
      return actor === 'user' ? vscode.l10n.t('cancelled') : vscode.l10n.t('rejected');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'unknown':
      return vscode.l10n.t('outcome unknown');
    case 'dryRun':
      return vscode.l10n.t('dry run, nothing was written');
    case 'unchanged':
      return vscode.l10n.t('nothing to write');
  }
}
