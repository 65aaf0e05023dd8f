import * as vscode from 'vscode';
import type { CommandId } from '../common/ids.ts';

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
  commands?: readonly CommandId[];
}

/** All findings in a sentence. */
export function conclusionOf(findings: readonly Finding[]): string {
  const open = findings.filter(({ state }) => state === 'bad' || state === 'limited').map(({ title }) => title);
  return open.length === 0
    ? vscode.l10n.t('Everything works.')
    : vscode.l10n.t('Not everything works. Look at: {0}.', open.join(', '));
}
