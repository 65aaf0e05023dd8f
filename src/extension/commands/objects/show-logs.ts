import * as vscode from 'vscode';
import { containerNames, statusOf, troubleOf } from '../../../kubernetes/workloads/containers.ts';
import type { Pod } from '../../../kubernetes/workloads/pods.ts';
import type { ChosenObject } from '../../browse/choose-object.ts';
import type { LogAddress } from '../../logs/log-uri.ts';
import { canDo } from '../../views/actions.ts';
import { isNode } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';
import { podsOfObject } from '../parts/pods-of-object.ts';
import { coordinatesOf, theObject } from '../parts/the-object.ts';

type Part = Pick<LogAddress, 'container' | 'previous'>;

/** Opens and follows the log of a pod, or of all pods of a workload. */
export async function showLogs(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Show Logs');
  const chosen = await theObject(app, argument, title, (resource) => canDo('logs', resource));
  if (!chosen) return;
  const part = await partOf(argument, chosen);
  if (part) await app.logs.show({ target: chosen.target.name, coordinates: coordinatesOf(chosen), ...part });
}

async function partOf(argument: unknown, chosen: ChosenObject): Promise<Part | undefined> {
  if (isNode(argument) && argument.type === 'container') return { container: argument.name, previous: false };
  return choosePart(chosen, (await podsOfObject(chosen)).pods);
}

/** Which container, and which run of it; asks only if there is a choice. */
async function choosePart({ resource, name }: ChosenObject, pods: readonly Pod[]): Promise<Part | undefined> {
  const names = [...new Set(pods.flatMap(containerNames))];
  const statuses = (container: string) => pods.flatMap((pod) => statusOf(pod, container) ?? []);
  const restarted = names.filter((container) => statuses(container).some(({ restartCount = 0 }) => restartCount > 0));
  const only: Part = { container: names.length === 1 ? names[0] : undefined, previous: false };
  if (names.length <= 1 && restarted.length === 0) return only;
  const parts: (vscode.QuickPickItem & { part: Part })[] = [
    ...(names.length > 1 ? [{ label: vscode.l10n.t('All containers'), part: only }] : []),
    ...names.map((container) => ({
      label: container,
      description: [...new Set(statuses(container).flatMap((status) => troubleOf(status) ?? []))].join(', '),
      part: { container, previous: false },
    })),
    ...restarted.map((container) => ({
      label: vscode.l10n.t('{0}: previous run', container),
      description: vscode.l10n.t('what it wrote before it was restarted'),
      part: { container, previous: true },
    })),
  ];
  const title = vscode.l10n.t('Logs of {0} {1}', resource.kind, name);
  return (await vscode.window.showQuickPick(parts, { title, placeHolder: vscode.l10n.t('Choose a container') }))?.part;
}
