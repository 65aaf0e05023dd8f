import * as vscode from 'vscode';
import { canDo } from '../../views/actions.ts';
import type { App } from '../parts/app.ts';
import { called, namedOf, write, writerFor } from '../parts/object-writes.ts';
import { theObject } from '../parts/the-object.ts';

/** Starts a Job of a CronJob now. */
export async function runNow(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Run Now');
  const chosen = await theObject(app, argument, title, (resource) => canDo('run', resource));
  if (!chosen) return;
  const writer = await writerFor(app, chosen);
  await write(title, async () => {
    const { trigger } = await import('../../../kubernetes/writes/rollout.ts');
    const { job } = await trigger(namedOf(chosen), writer);
    return vscode.l10n.t('{0} runs as Job {1}.', called(chosen), String(job.name));
  });
}
