import * as vscode from 'vscode';
import type { ChosenObject } from '../../browse/choose-object.ts';
import { canDo } from '../../views/actions.ts';
import { isNode } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';
import { coordinatesOf, theObjects } from '../parts/the-object.ts';

/** Opens and follows the log of a pod, of all pods of a workload, or of several of them together. */
export async function showLogs(app: App, argument?: unknown, selected?: readonly unknown[]): Promise<void> {
  const title = vscode.l10n.t('Show Logs');
  const chosen = await theObjects(app, argument, selected, title, (resource) => canDo('logs', resource));
  const container = isNode(argument) && argument.type === 'container' ? argument.name : undefined;
  for (const [first, ...others] of byContext(chosen))
    await app.logs.show({
      target: first.target.name,
      coordinates: coordinatesOf(first),
      container: chosen.length === 1 ? container : undefined,
      previous: false,
      others: others.map(coordinatesOf),
    });
}

/** A viewer shows the logs of one cluster, whose context its tab names. */
function byContext(chosen: readonly ChosenObject[]): [ChosenObject, ...ChosenObject[]][] {
  const groups = new Map<string, [ChosenObject, ...ChosenObject[]]>();
  for (const one of chosen) {
    const key = JSON.stringify([one.target.name, one.connection.context.name]);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}
