import * as vscode from 'vscode';
import { isObject } from '../../../kubernetes/apimachinery/objects.ts';
import { type Kubeconfig, withoutUserInfo } from '../../../kubernetes/client/kubeconfig.ts';
import { BACK, CANCELLED } from '../../browse/ask.ts';
import { Picker } from '../../browse/picker.ts';
import type { Choice } from '../../browse/question-session.ts';
import type { Target } from '../../targets/targets.ts';
import { readKubeconfig } from '../../targets/trusted-kubeconfig.ts';
import type { App } from './app.ts';
import { markedLabel } from './marked-label.ts';

/** The question for a context of a target. */
export interface ContextQuestion {
  title: string;
  /** The context to mark, such as the one in use. */
  marked: string | undefined;
  /** Choices above the contexts. */
  above?: (kubeconfig: Kubeconfig) => Choice<string>[];
}

/** A context of a target that the user chooses. Undefined when the user cancels. */
export async function chooseContext(
  app: App,
  target: Target,
  { title, marked, above = () => [] }: ContextQuestion,
): Promise<string | undefined> {
  const picker = new Picker(app.log);
  try {
    const context = await picker.choose<string>({
      title,
      placeholder: vscode.l10n.t('Choose a context'),
      canGoBack: false,
      load: async (show) => {
        const kubeconfig = await readKubeconfig(target);
        show([...above(kubeconfig), ...contextChoices(kubeconfig, marked)]);
      },
    });
    return context === BACK || context === CANCELLED ? undefined : context;
  } finally {
    picker.dispose();
  }
}

function contextChoices({ contexts, clusters }: Kubeconfig, marked: string | undefined): Choice<string>[] {
  return contexts.map(({ name, context }) => {
    const { cluster: clusterName, namespace } = isObject(context) ? context : {};
    const entry = clusters.find((cluster) => cluster.name === clusterName);
    const server = isObject(entry?.cluster)
      ? withoutUserInfo(String(entry.cluster.server))
      : vscode.l10n.t('no cluster');
    const description = namespace ? vscode.l10n.t('{0}, namespace {1}', server, String(namespace)) : server;
    return { label: markedLabel(name, name === marked), description, value: name };
  });
}
