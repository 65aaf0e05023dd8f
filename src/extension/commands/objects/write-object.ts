import * as vscode from 'vscode';
import { pathOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { RejectedError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { isObject, type KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { ChosenObject } from '../../browse/choose-object.ts';
import { canDo } from '../../views/actions.ts';
import { formatDeletion, formatPaused, formatRestart, formatScaling } from '../../writing/outcome-text.ts';
import type { App } from '../parts/app.ts';
import { called, namedOf, placeOf, write, writerFor } from '../parts/object-writes.ts';
import { theObject, theObjects } from '../parts/the-object.ts';

/** Restarts a workload once the user has agreed. */
export async function restartWorkload(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Restart');
  const chosen = await theObject(app, argument, title, (resource) => canDo('restart', resource));
  if (!chosen) return;
  const writer = await writerFor(app, chosen, 'update', async () => {
    const yes = {
      label: title,
      description: vscode.l10n.t('Its pods are replaced by new ones.'),
      detail: placeOf(chosen),
    };
    const question = vscode.l10n.t('Restart {0}?', called(chosen));
    const options = { title: question, ignoreFocusOut: true };
    const answer = await vscode.window.showQuickPick([yes, { label: vscode.l10n.t('Cancel') }], options);
    if (answer !== yes) throw new RejectedError(vscode.l10n.t('Nothing was written.'));
  });
  await write(title, async () => {
    const { PausedError, restart } = await import('../../../kubernetes/writes/rollout.ts');
    try {
      return formatRestart(called(chosen), await restart(namedOf(chosen), writer));
    } catch (error) {
      throw error instanceof PausedError ? new UserError(formatPaused(called(chosen))) : error;
    }
  });
}

/** Scales a workload; typing the number is the user's consent. */
export async function scaleWorkload(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Scale');
  const chosen = await theObject(app, argument, title, (resource) => canDo('scale', resource));
  if (!chosen) return;
  const writer = await writerFor(app, chosen, 'update', async () => undefined);
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

/** Deletes objects once the user has agreed, to all of them at once. */
export async function deleteResource(app: App, argument?: unknown, selected?: readonly unknown[]): Promise<void> {
  const title = vscode.l10n.t('Delete');
  const all = await theObjects(app, argument, selected, title, (resource) => canDo('delete', resource));
  let isAgreed = false;
  for (const chosen of all) {
    const writer = await writerFor(app, chosen, 'delete', async () => {
      if (!isAgreed) await confirmDeletion(all, title);
      isAgreed = true;
    });
    await write(title, async () => {
      const { deleteObject } = await import('../../../kubernetes/writes/deletion.ts');
      const options = { propagationPolicy: 'Background', dryRun: false } as const;
      return formatDeletion(called(chosen), (await deleteObject(namedOf(chosen), options, writer)).left);
    });
  }
}

/** @throws RejectedError when the user refuses. */
async function confirmDeletion(all: readonly ChosenObject[], title: string): Promise<void> {
  const [first] = all;
  const question =
    first && all.length === 1
      ? vscode.l10n.t('Delete {0}?', called(first))
      : vscode.l10n.t('Delete these {0} objects?', all.length);
  const detail = all.map((one) =>
    all.length === 1 ? `${placeOf(one)}\n${consequenceOf(one)}` : `${called(one)} · ${placeOf(one)}`,
  );
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail: detail.join('\n') }, title);
  if (answer !== title) throw new RejectedError(vscode.l10n.t('Nothing was written.'));
}

function consequenceOf({ resource }: ChosenObject): string {
  switch (resourceNameOf(resource)) {
    case 'namespaces':
      return vscode.l10n.t('Everything in the namespace is deleted with it.');
    case 'customresourcedefinitions.apiextensions.k8s.io':
      return vscode.l10n.t('All objects of this kind are deleted with it.');
    case 'pods':
      return vscode.l10n.t('What owns the pod, if anything does, replaces it by a new one.');
    default:
      return vscode.l10n.t('What it owns is deleted with it.');
  }
}
