import * as vscode from 'vscode';
import { visible } from '../../kubernetes/text/visible.ts';
import { DANGER_WORDS, type DangerKind } from '../../kubernetes/writes/danger.ts';
import type { Danger } from '../../protocol.ts';

/** A danger of a write in one line, in the user's language. A kind that this editor does not know is shown as it is. */
export function dangerText({ kind, values }: Danger): string {
  return Object.hasOwn(DANGER_WORDS, kind)
    ? vscode.l10n.t(DANGER_WORDS[kind as DangerKind], ...values.map(visible))
    : visible([kind, ...values].join(' '));
}
