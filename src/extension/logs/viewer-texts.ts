import * as vscode from 'vscode';
import type { LogTexts } from '../../webviews/logs/messages.ts';

/** The texts of the log viewer in the user's language. */
export function viewerTexts(): LogTexts {
  return {
    toolbar: vscode.l10n.t('What to show of the log'),
    log: vscode.l10n.t('Log'),
    container: vscode.l10n.t('Container'),
    allContainers: vscode.l10n.t('All containers'),
    roles: {
      init: vscode.l10n.t('init'),
      sidecar: vscode.l10n.t('sidecar'),
      ephemeral: vscode.l10n.t('ephemeral'),
    },
    since: vscode.l10n.t('Since'),
    beginnings: {
      newest: vscode.l10n.t('Newest lines'),
      '5m': vscode.l10n.t('5 minutes'),
      '15m': vscode.l10n.t('15 minutes'),
      '1h': vscode.l10n.t('1 hour'),
      '6h': vscode.l10n.t('6 hours'),
      '24h': vscode.l10n.t('24 hours'),
      all: vscode.l10n.t('Everything'),
    },
    levels: vscode.l10n.t('Levels'),
    levelChoices: {
      all: vscode.l10n.t('All levels'),
      debug: vscode.l10n.t('Debug and above'),
      info: vscode.l10n.t('Info and above'),
      warning: vscode.l10n.t('Warnings and above'),
      error: vscode.l10n.t('Errors'),
    },
    filter: vscode.l10n.t('Filter'),
    filterHint: vscode.l10n.t('Filter (RE2): error|timeout, (?i)warn'),
    notRe2: vscode.l10n.t('Not a regular expression of RE2: {0}'),
    follow: vscode.l10n.t('Follow'),
    wrap: vscode.l10n.t('Wrap'),
    times: vscode.l10n.t('Timestamps'),
    previous: vscode.l10n.t('Previous Run'),
    copy: vscode.l10n.t('Copy'),
    openAsText: vscode.l10n.t('Open as Text'),
    lines: vscode.l10n.t('{0} lines'),
    shownLines: vscode.l10n.t('{0} of {1} lines'),
    filtering: vscode.l10n.t('filtering…'),
    reading: vscode.l10n.t('No lines yet.'),
    empty: vscode.l10n.t('The log is empty.'),
    nothingShown: vscode.l10n.t('No line matches the filter.'),
    cut: vscode.l10n.t('older ones were dropped'),
  };
}
