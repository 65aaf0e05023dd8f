import * as vscode from 'vscode';
import { canDo } from '../../views/actions.ts';
import type { App } from '../parts/app.ts';
import { called, writerFor } from '../parts/object-writes.ts';
import { theObject } from '../parts/the-object.ts';

/** How long pods may take to go, in seconds. */
const WAIT_S = 600;

/** Cordons a node and evicts its pods, once the user has agreed to what that does to each of them. */
export async function drainNode(app: App, argument?: unknown): Promise<void> {
  const chosen = await theObject(app, argument, vscode.l10n.t('Drain'), (resource) => canDo('drain', resource));
  if (!chosen) return;
  const what = called(chosen);
  const title = vscode.l10n.t('Draining {0}', what);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const { evicted, seconds } = await vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    const writer = await writerFor(app, chosen, controller.signal);
    const { drain } = await import('../../../kubernetes/writes/drain.ts');
    // The review says what is lost: that is the question, and no second one follows.
    const how = { force: true, deleteEmptyDirData: true, dryRun: false, waitSeconds: WAIT_S };
    const done = await drain(chosen.name, how, writer, ({ accepted, planned, left }) =>
      progress.report({ message: vscode.l10n.t('{0} of {1} evicted, {2} still there', accepted, planned, left) }),
    );
    return { evicted: done.plan.evicted.length, seconds: Math.round(done.seconds) };
  });
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} is drained: {1} pods went in {2} s. It stays cordoned.', what, evicted, seconds),
  );
}
