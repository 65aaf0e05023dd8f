import * as vscode from 'vscode';
import { pathOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { isObject, type KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { canDo } from '../../views/actions.ts';
import { formatPaused, formatRestart, formatScaling } from '../../writing/outcome-text.ts';
import type { App } from '../parts/app.ts';
import { deleteObjects } from '../parts/delete-objects.ts';
import { called, namedOf, placeOf, write, writerFor } from '../parts/object-writes.ts';
import { theObject, theObjects } from '../parts/the-object.ts';
import { theWorkload } from '../parts/the-workload.ts';

/** Restarts a workload once the user has agreed. */
export async function restartWorkload(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Restart');
  const chosen = await theWorkload(app, argument, title, (resource) => canDo('restart', resource));
  if (!chosen) return;
  const writer = await writerFor(app, chosen);
  await write(title, async () => {
    const { PausedError, restart } = await import('../../../kubernetes/writes/rollout.ts');
    try {
      return formatRestart(called(chosen), await restart(namedOf(chosen), writer));
    } catch (error) {
      throw error instanceof PausedError ? new UserError(formatPaused(called(chosen))) : error;
    }
  });
}

/** Scales a workload once the user has agreed. */
export async function scaleWorkload(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Scale');
  const chosen = await theObject(app, argument, title, (resource) => canDo('scale', resource));
  if (!chosen) return;
  const writer = await writerFor(app, chosen);
  const { client } = chosen.connection;
  const path = pathOf(chosen.resource, chosen.namespace, chosen.name, 'scale');
  const { spec } = await client.json<KubernetesObject>({ path });
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Scale {0}', called(chosen)),
    prompt: `${vscode.l10n.t('Number of replicas')} · ${placeOf(chosen)}`,
    value: String(isObject(spec) ? (spec.replicas ?? 0) : 0),
    validateInput: (text) => (/^\d{1,4}$/.test(text.trim()) ? undefined : vscode.l10n.t('Type a whole number.')),
  });
  if (typed === undefined) return;
  await write(title, async () => {
    const { scale } = await import('../../../kubernetes/writes/scaling.ts');
    return formatScaling(called(chosen), await scale(namedOf(chosen), Number(typed), writer, true));
  });
}

/** Deletes objects once the user has agreed: those of a cluster in one review. */
export async function deleteResource(app: App, argument?: unknown, selected?: readonly unknown[]): Promise<void> {
  const title = vscode.l10n.t('Delete');
  const all = await theObjects(app, argument, selected, title, (resource) => canDo('delete', resource));
  for (const [first, ...others] of Map.groupBy(all, ({ connection }) => connection).values()) {
    if (!first) continue;
    const writer = await writerFor(app, first);
    await write(title, () => deleteObjects([first, ...others], writer));
  }
}
