import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { containerNames, statusOf } from '../../../kubernetes/workloads/containers.ts';
import { shortContext } from '../../common/context-name.ts';
import { contextTerminalColor } from '../../targets/context-colors.ts';
import { PodTerminal } from '../../terminals/pod-terminal.ts';
import { canDo } from '../../views/actions.ts';
import { isNode } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';
import { podsOfObject } from '../parts/pods-of-object.ts';
import { theObject } from '../parts/the-object.ts';

/** The best shell available. */
const SHELL = ['/bin/sh', '-c', 'TERM=xterm-256color; export TERM; command -v bash >/dev/null && exec bash; exec sh'];

/** Opens a shell in a container as a terminal. */
export async function openTerminal(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Open Terminal');
  const chosen = await theObject(app, argument, title, (resource) => canDo('terminal', resource));
  if (!chosen) return;
  const { target, connection, resource, namespace, name } = chosen;
  const { signal } = new AbortController();
  const permission = {
    ...{ target, context: connection.context.name, confirm: async () => undefined, signal },
  };
  const writer = await app.writes.writer(permission);
  const { pods } = await podsOfObject(chosen);
  const running = pods.flatMap((pod) => containerNames(pod).filter((one) => statusOf(pod, one)?.state?.running));
  if (running.length === 0) throw new UserError(vscode.l10n.t('No container of pod {0} is running.', name));
  const wanted = isNode(argument) && argument.type === 'container' ? argument.name : undefined;
  const container =
    running.length === 1 || wanted !== undefined
      ? (wanted ?? running[0])
      : await vscode.window.showQuickPick(running, { title: vscode.l10n.t('Choose a container') });
  if (container === undefined) return;
  const [{ TerminalSession }, { changeOf }] = await Promise.all([
    import('../../../kubernetes/workloads/terminal-session.ts'),
    import('../../../kubernetes/writes/target.ts'),
  ]);
  const summary = `Terminal in container ${container}`;
  const change = { ...changeOf({ resource, namespace, name }, connection, 'exec', {}), summary };
  const pty = new PodTerminal((request) =>
    writer.write(change, () =>
      TerminalSession.start(writer.connection.client, { namespace, pod: name, container, command: SHELL, ...request }),
    ),
  );
  const label = running.length === 1 ? name : `${name}/${container}`;
  const context = connection.context.name;
  const color = contextTerminalColor(context, target.settings);
  vscode.window
    .createTerminal({
      ...{ name: `${label} · ${shortContext(context)}`, pty, iconPath: new vscode.ThemeIcon('terminal') },
      ...(color ? { color } : {}),
    })
    .show();
}
