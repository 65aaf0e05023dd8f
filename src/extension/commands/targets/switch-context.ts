import * as vscode from 'vscode';
import { isObject } from '../../../kubernetes/apimachinery/objects.ts';
import { withoutUserInfo } from '../../../kubernetes/client/kubeconfig.ts';
import { BACK, CANCELLED } from '../../browse/ask.ts';
import { Picker } from '../../browse/picker.ts';
import type { Choice } from '../../browse/question-session.ts';
import { isTrustedOrExplained, writeSetting } from '../../targets/setting-writing.ts';
import type { Target } from '../../targets/targets.ts';
import { readKubeconfig } from '../../targets/trusted-kubeconfig.ts';
import type { App } from '../parts/app.ts';
import { chooseTarget } from '../parts/choose-target.ts';

/** Stands for "as the kubeconfig says". */
const NONE = '';

/** Lets the user choose a context. The choice is kept in our setting; the kubeconfig stays as it is. */
export async function switchContext(app: App): Promise<void> {
  const title = vscode.l10n.t('Switch Context');
  const target = await chooseTarget(app, title);
  if (!target) return;
  const message = vscode.l10n.t('Trust this workspace first: until then it cannot choose a context of its own.');
  if (!(await isTrustedOrExplained(message))) return;
  const picker = new Picker(app.log);
  try {
    const context = await picker.choose<string>({
      title,
      placeholder: vscode.l10n.t('Choose a context'),
      canGoBack: false,
      load: async (show) => show(await contextChoices(target)),
    });
    if (context === BACK || context === CANCELLED) return;
    await writeSetting(app.consents, target, 'context', context);
    const used = context === NONE ? vscode.l10n.t('the kubeconfig’s current context') : context;
    vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) MCP for Kubernetes now uses {0}', used), 5_000);
  } finally {
    picker.dispose();
  }
}

async function contextChoices(target: Target): Promise<Choice<string>[]> {
  const kubeconfig = await readKubeconfig(target);
  const used = target.settings.context;
  const mark = (current: boolean) => (current ? '$(check) ' : '$(blank) ');
  const contexts = kubeconfig.contexts.map(({ name, context }) => {
    const { cluster: clusterName, namespace } = isObject(context) ? context : {};
    const entry = kubeconfig.clusters.find((cluster) => cluster.name === clusterName);
    const server = isObject(entry?.cluster)
      ? withoutUserInfo(String(entry.cluster.server))
      : vscode.l10n.t('no cluster');
    const description = namespace ? vscode.l10n.t('{0}, namespace {1}', server, String(namespace)) : server;
    return { label: `${mark(name === used)}${name}`, description, value: name };
  });
  const current = kubeconfig.currentContext ?? vscode.l10n.t('none is set');
  const follow = {
    label: `${mark(!used)}${vscode.l10n.t('As the kubeconfig says')}`,
    description: current,
    value: NONE,
  };
  return [follow, { label: vscode.l10n.t('contexts'), kind: vscode.QuickPickItemKind.Separator }, ...contexts];
}
