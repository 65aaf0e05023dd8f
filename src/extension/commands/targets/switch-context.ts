import * as vscode from 'vscode';
import type { Kubeconfig } from '../../../kubernetes/client/kubeconfig.ts';
import type { Choice } from '../../browse/question-session.ts';
import { isTrustedOrExplained, writeSetting } from '../../targets/setting-writing.ts';
import type { App } from '../parts/app.ts';
import { chooseContext } from '../parts/choose-context.ts';
import { chooseTarget } from '../parts/choose-target.ts';
import { markedLabel } from '../parts/marked-label.ts';

/** Stands for "as the kubeconfig says". */
const NONE = '';

/** Lets the user choose a context. The choice is kept in our setting; the kubeconfig stays as it is. */
export async function switchContext(app: App): Promise<void> {
  const title = vscode.l10n.t('Switch Context');
  const target = await chooseTarget(app, title);
  if (!target) return;
  const message = vscode.l10n.t('Trust this workspace first: until then it cannot choose a context of its own.');
  if (!(await isTrustedOrExplained(message))) return;
  const marked = target.settings.context;
  const above = (kubeconfig: Kubeconfig) => choicesAbove(kubeconfig, !marked);
  const context = await chooseContext(app, target, { title, marked, above });
  if (context === undefined) return;
  await writeSetting(app.consents, target, 'context', context);
  const used = context === NONE ? vscode.l10n.t('the kubeconfig’s current context') : context;
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) MCP for Kubernetes now uses {0}', used), 5_000);
}

function choicesAbove({ currentContext }: Kubeconfig, isMarked: boolean): Choice<string>[] {
  const label = markedLabel(vscode.l10n.t('As the kubeconfig says'), isMarked);
  return [
    { label, description: currentContext ?? vscode.l10n.t('none is set'), value: NONE },
    { label: vscode.l10n.t('contexts'), kind: vscode.QuickPickItemKind.Separator },
  ];
}
