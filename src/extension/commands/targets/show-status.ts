import * as vscode from 'vscode';
import { WRITE_SWITCHES, type WriteSwitch } from '../../../settings.ts';
import { BACK, CANCELLED } from '../../browse/ask.ts';
import { Picker } from '../../browse/picker.ts';
import type { Choice } from '../../browse/question-session.ts';
import { COMMANDS } from '../../common/ids.ts';
import { switchWord } from '../../settings/switch-text.ts';
import { clusterStatus } from '../../status/cluster-status.ts';
import { targetInView } from '../../status/status-bar.ts';
import { isTrustedOrExplained, writeSetting } from '../../targets/setting-writing.ts';
import type { Target } from '../../targets/targets.ts';
import type { App } from '../parts/app.ts';
import { markedLabel } from '../parts/marked-label.ts';

type Action = () => Promise<unknown>;

/** Lets the user change what the status bar shows: context, namespace, switches, settings. */
export function showStatus(app: App): Promise<void> {
  return offer(app, undefined);
}

/** @param toggled the switch that was just toggled, where the highlight stays. */
async function offer(app: App, toggled: WriteSwitch | undefined): Promise<void> {
  const picker = new Picker(app.log);
  const title = vscode.l10n.t('Context and Switches');
  const placeholder = vscode.l10n.t('Choose what to change');
  try {
    const action = await picker.choose<Action>({
      title,
      placeholder,
      canGoBack: false,
      load: async (show) => {
        const target = targetInView(await app.targets.current());
        if (target) show(await actions(app, target, toggled));
      },
    });
    if (action !== BACK && action !== CANCELLED) await action();
  } finally {
    picker.dispose();
  }
}

async function actions(app: App, target: Target, toggled: WriteSwitch | undefined): Promise<Choice<Action>[]> {
  const status = await clusterStatus(target);
  const run = (command: string) => () => Promise.resolve(vscode.commands.executeCommand(command));
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const asked: Choice<Action>[] =
    target.withheld.length === 0
      ? []
      : [
          {
            label: vscode.l10n.t('$(question) What This Workspace Asks For…'),
            description: vscode.l10n.t('you have not agreed to it'),
            value: run(COMMANDS.answerWorkspace),
          },
        ];
  return [
    // First, because nothing else works until it is answered.
    ...(status.agreement ? asked : []),
    {
      label: vscode.l10n.t('$(plug) Context'),
      description: status.problem ?? status.context,
      value: run(COMMANDS.switchContext),
    },
    {
      label: vscode.l10n.t('$(symbol-namespace) Namespace'),
      description: status.namespace,
      value: run(COMMANDS.switchNamespace),
    },
    separator(vscode.l10n.t('agents may')),
    ...WRITE_SWITCHES.map((setting) => ({
      label: markedLabel(switchWord(setting), target.settings[setting]),
      description: target.settings[setting] ? vscode.l10n.t('on') : vscode.l10n.t('off'),
      value: () => toggle(app, target, setting),
      isFirst: setting === toggled,
    })),
    ...(status.isProtected
      ? [{ label: vscode.l10n.t('$(shield) This context is protected: nothing is written here.') }]
      : []),
    separator(''),
    ...(status.agreement ? [] : asked),
    {
      label: vscode.l10n.t('$(broadcast) Serve over HTTP…'),
      description: app.serving.of(target)?.url ?? vscode.l10n.t('off'),
      value: run(COMMANDS.serveOverHttp),
    },
    { label: vscode.l10n.t('$(history) Change History'), value: run(COMMANDS.showChangeHistory) },
    { label: vscode.l10n.t('$(gear) Settings'), value: run(COMMANDS.openSettings) },
  ];
}

async function toggle(app: App, target: Target, setting: WriteSwitch): Promise<void> {
  const message = vscode.l10n.t('Trust this workspace first: until then nothing can be written from it.');
  if (!(await isTrustedOrExplained(message))) return;
  const on = !target.settings[setting];
  await writeSetting(app.consents, target, setting, on);
  await offer(app, setting);
}
