import * as vscode from 'vscode';
import type { SpecSwitch } from '../../../kubernetes/writes/spec-switches.ts';
import { type Action, canDo } from '../../views/actions.ts';
import type { App } from '../parts/app.ts';
import { called, namedOf, write, writerFor } from '../parts/object-writes.ts';
import { theObject } from '../parts/the-object.ts';

/** No new pods come to a node. */
export async function cordonNode(app: App, argument?: unknown): Promise<void> {
  const done = (what: string) => vscode.l10n.t('{0} is cordoned: no new pods come to it.', what);
  await setSwitch(app, argument, { action: 'cordon', title: vscode.l10n.t('Cordon'), field: 'unschedulable', done });
}

/** Pods come to a node again. */
export async function uncordonNode(app: App, argument?: unknown): Promise<void> {
  const done = (what: string) => vscode.l10n.t('{0} takes new pods again.', what);
  await setSwitch(app, argument, {
    ...{ action: 'uncordon', title: vscode.l10n.t('Uncordon'), field: 'unschedulable', done, isOff: true },
  });
}

/** A CronJob or Job starts nothing new. */
export async function suspendWorkload(app: App, argument?: unknown): Promise<void> {
  const done = (what: string) => vscode.l10n.t('{0} is suspended: nothing new starts.', what);
  await setSwitch(app, argument, { action: 'suspend', title: vscode.l10n.t('Suspend'), field: 'suspend', done });
}

/** A CronJob or Job goes on. */
export async function resumeWorkload(app: App, argument?: unknown): Promise<void> {
  const done = (what: string) => vscode.l10n.t('{0} goes on.', what);
  await setSwitch(app, argument, {
    ...{ action: 'resume', title: vscode.l10n.t('Resume'), field: 'suspend', done, isOff: true },
  });
}

interface Switching {
  action: Action;
  title: string;
  field: SpecSwitch;
  isOff?: boolean;
  done: (what: string) => string;
}

async function setSwitch(
  app: App,
  argument: unknown,
  { action, title, field, isOff = false, done }: Switching,
): Promise<void> {
  const chosen = await theObject(app, argument, title, (resource) => canDo(action, resource));
  if (!chosen) return;
  const writer = await writerFor(app, chosen);
  await write(title, async () => {
    const { setSpecSwitch } = await import('../../../kubernetes/writes/spec-switches.ts');
    const isChanged = await setSpecSwitch(namedOf(chosen), field, !isOff, writer);
    return isChanged ? done(called(chosen)) : vscode.l10n.t('{0} is so already: nothing was written.', called(chosen));
  });
}
