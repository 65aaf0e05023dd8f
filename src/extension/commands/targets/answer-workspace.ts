import * as vscode from 'vscode';
import type { App } from '../parts/app.ts';

/** Asks again about everything the workspace provides and the user has not agreed to. */
export async function answerWorkspace({ targets, consents }: App): Promise<void> {
  const withheld = (await targets.current()).flatMap((target) => target.withheld);
  if (withheld.length > 0) await consents.reconsider(withheld);
  else void vscode.window.showInformationMessage(vscode.l10n.t('There is nothing that you have not agreed to.'));
}
