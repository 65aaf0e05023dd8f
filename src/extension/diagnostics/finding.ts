import * as vscode from 'vscode';
import { COMMANDS, type CommandId } from '../common/ids.ts';

/** What may be run for a finding, as its button says it. */
export const BUTTONS = {
  [COMMANDS.answerWorkspace]: () => vscode.l10n.t('Decide…'),
  [COMMANDS.openSettings]: () => vscode.l10n.t('Open Settings'),
  [COMMANDS.switchContext]: () => vscode.l10n.t('Switch Context'),
  [COMMANDS.switchNamespace]: () => vscode.l10n.t('Switch Namespace'),
  [COMMANDS.showServerLog]: () => vscode.l10n.t('Show Server Log'),
  [COMMANDS.restartServer]: () => vscode.l10n.t('Restart Server'),
  [COMMANDS.copyMcpConfiguration]: () => vscode.l10n.t('Copy MCP Configuration'),
  [COMMANDS.runDiagnostics]: () => vscode.l10n.t('Run Diagnostics'),
} satisfies Partial<Record<CommandId, () => string>>;
export type FindingCommand = keyof typeof BUTTONS;

/** The result of one check. */
export interface Finding {
  /** `unknown`: not checked, because an earlier check failed. */
  state: 'good' | 'limited' | 'bad' | 'unknown';
  title: string;
  /** Facts, a sentence each. */
  facts: string[];
  /** Fixes, a sentence each. */
  remedies: string[];
  /** What may be run for them. */
  commands?: readonly FindingCommand[];
}

/** All findings in a sentence. */
export function conclusionOf(findings: readonly Finding[]): string {
  const open = findings.filter(({ state }) => state === 'bad' || state === 'limited').map(({ title }) => title);
  return open.length === 0
    ? vscode.l10n.t('Everything works.')
    : vscode.l10n.t('Not everything works. Look at: {0}.', open.join(', '));
}
