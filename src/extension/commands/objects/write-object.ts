import * as vscode from 'vscode';
import { pathOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { isObject, type KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { Named } from '../../../kubernetes/client/read-object.ts';
import type { Writer } from '../../../kubernetes/writes/writer.ts';
import type { ChosenObject } from '../../browse/choose-object.ts';
import { canDo } from '../../views/actions.ts';
import { formatDeletion, formatPaused, formatRestart, formatScaling } from '../../writing/outcome-text.ts';
import type { App } from '../parts/app.ts';
import { theObject } from '../parts/the-object.ts';

/** Restarts a workload once the user has agreed. */
export async function restartWorkload(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Restart');
  const chosen = await theObject(app, argument, title, (resource) => canDo('restart', resource));
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

/** Deletes an object once the user has agreed. */
export async function deleteResource(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Delete');
  const chosen = await theObject(app, argument, title, (resource) => canDo('delete', resource));
  if (!chosen) return;
  const writer = await writerFor(app, chosen);
  await write(title, async () => {
    const { deleteObject } = await import('../../../kubernetes/writes/deletion.ts');
    const options = { propagationPolicy: 'Background', dryRun: false } as const;
    return formatDeletion(called(chosen), (await deleteObject(namedOf(chosen), options, writer)).left);
  });
}

function writerFor(app: App, { target, connection }: ChosenObject): Promise<Writer> {
  const { signal } = new AbortController();
  const context = connection.context.name;
  return app.writes.writer({ target, context, confirm: (...review) => app.reviews.confirm(...review), signal });
}

async function write(title: string, work: () => Promise<string>): Promise<void> {
  const said = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, work);
  void vscode.window.showInformationMessage(said);
}

function namedOf({ resource, namespace, name }: ChosenObject): Named {
  return { kind: resourceNameOf(resource), name, namespace };
}

function called({ resource, name }: ChosenObject): string {
  return `${resource.kind} ${name}`;
}

function placeOf({ namespace, connection }: ChosenObject): string {
  const context = connection.context.name;
  return namespace === undefined
    ? vscode.l10n.t('Context {0}', context)
    : vscode.l10n.t('Namespace {0} of context {1}', namespace, context);
}
