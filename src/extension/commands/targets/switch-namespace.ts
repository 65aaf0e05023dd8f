import * as vscode from 'vscode';
import { isApiError } from '../../../kubernetes/apimachinery/errors.ts';
import { BACK, CANCELLED } from '../../browse/ask.ts';
import { namespacePages } from '../../browse/object-pages.ts';
import { Picker } from '../../browse/picker.ts';
import type { Choice } from '../../browse/question-session.ts';
import { isTrustedOrExplained, writeSetting } from '../../targets/setting-writing.ts';
import type { App } from '../parts/app.ts';
import { chooseTarget } from '../parts/choose-target.ts';
import { markedLabel } from '../parts/marked-label.ts';

/** Stands for "as the context says". */
const NONE = '';

/** Lets the user choose the default namespace. */
export async function switchNamespace(app: App): Promise<void> {
  const title = vscode.l10n.t('Switch Namespace');
  const target = await chooseTarget(app, title);
  if (!target) return;
  const message = vscode.l10n.t('Trust this workspace first: until then it cannot choose a namespace of its own.');
  if (!(await isTrustedOrExplained(message))) return;
  const used = target.settings.namespace;
  const choice = (label: string, value: string): Choice<string> => ({
    label: markedLabel(label, value === (used ?? NONE)),
    value,
  });
  const follow = choice(vscode.l10n.t('As the context says'), NONE);
  const picker = new Picker(app.log);
  try {
    const namespace = await picker.choose<string>({
      title,
      placeholder: vscode.l10n.t('Choose a namespace'),
      canGoBack: false,
      load: async (show, signal) => {
        show([follow]);
        const { client } = await app.clusters.connect(target);
        const names: string[] = [];
        try {
          for await (const { objects } of namespacePages(client, signal)) {
            names.push(...objects.map(({ name }) => name));
            show([follow, ...names.map((name) => choice(name, name))]);
          }
        } catch (error) {
          if (!isApiError(error, 403)) throw error;
          show([follow], { placeholder: vscode.l10n.t('You may not list namespaces: type the name of one') });
        }
      },
      typed: (text) =>
        /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)
          ? { label: text, description: vscode.l10n.t('as typed'), value: text }
          : undefined,
    });
    if (namespace !== BACK && namespace !== CANCELLED) await writeSetting(app.consents, target, 'namespace', namespace);
  } finally {
    picker.dispose();
  }
}
