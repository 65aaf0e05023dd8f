import * as vscode from 'vscode';
import type { Outcome } from '../../../kubernetes/writes/planned-update.ts';
import type { Writer } from '../../../kubernetes/writes/writer.ts';
import type { ChosenObject } from '../../browse/choose-object.ts';
import { type Action, canDo } from '../../views/actions.ts';
import type { App } from '../parts/app.ts';
import { called, namedOf, write, writerFor } from '../parts/object-writes.ts';
import { theObject } from '../parts/the-object.ts';

/** No new pods come to a node. */
export async function cordonNode(app: App, argument?: unknown): Promise<void> {
  const done = (what: string) => vscode.l10n.t('{0} is cordoned: no new pods come to it.', what);
  await change(app, argument, { action: 'cordon', title: vscode.l10n.t('Cordon'), set: schedulable(false), done });
}

/** Pods come to a node again. */
export async function uncordonNode(app: App, argument?: unknown): Promise<void> {
  const done = (what: string) => vscode.l10n.t('{0} takes new pods again.', what);
  await change(app, argument, { action: 'uncordon', title: vscode.l10n.t('Uncordon'), set: schedulable(true), done });
}

/** A CronJob or Job starts nothing new. */
export async function suspendWorkload(app: App, argument?: unknown): Promise<void> {
  const done = (what: string) => vscode.l10n.t('{0} is suspended: nothing new starts.', what);
  await change(app, argument, { action: 'suspend', title: vscode.l10n.t('Suspend'), set: suspended(true), done });
}

/** A CronJob or Job goes on. */
export async function resumeWorkload(app: App, argument?: unknown): Promise<void> {
  const done = (what: string) => vscode.l10n.t('{0} goes on.', what);
  await change(app, argument, { action: 'resume', title: vscode.l10n.t('Resume'), set: suspended(false), done });
}

type Setting = (chosen: ChosenObject, writer: Writer) => Promise<Outcome>;

function schedulable(isSchedulable: boolean): Setting {
  return async ({ name }, writer) => {
    const { readNode, setSchedulable } = await import('../../../kubernetes/writes/node-changes.ts');
    return setSchedulable(await readNode(name, writer), isSchedulable, { dryRun: false, force: true }, writer);
  };
}

function suspended(isSuspended: boolean): Setting {
  return async (chosen, writer) => {
    const { suspend } = await import('../../../kubernetes/writes/rollout.ts');
    return suspend(namedOf(chosen), isSuspended, writer);
  };
}

interface Switching {
  action: Action;
  title: string;
  set: Setting;
  done: (what: string) => string;
}

async function change(app: App, argument: unknown, { action, title, set, done }: Switching): Promise<void> {
  const chosen = await theObject(app, argument, title, (resource) => canDo(action, resource));
  if (!chosen) return;
  const writer = await writerFor(app, chosen);
  await write(title, async () => {
    const { after } = await set(chosen, writer);
    return after ? done(called(chosen)) : vscode.l10n.t('{0} is so already: nothing was written.', called(chosen));
  });
}
