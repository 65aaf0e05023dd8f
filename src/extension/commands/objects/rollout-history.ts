import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { canDo } from '../../views/actions.ts';
import type { App } from '../parts/app.ts';
import { markedLabel } from '../parts/marked-label.ts';
import { called, namedOf, write, writerFor } from '../parts/object-writes.ts';
import { theObject } from '../parts/the-object.ts';

/** Lists the revisions of a workload, and rolls it back to the chosen one after a review. */
export async function showRolloutHistory(app: App, argument?: unknown): Promise<void> {
  const title = vscode.l10n.t('Rollout History');
  const chosen = await theObject(app, argument, title, (resource) => canDo('rollout', resource));
  if (!chosen) return;
  const [{ revisionsOf }, { readObject }] = await Promise.all([
    import('../../../kubernetes/workloads/revisions.ts'),
    import('../../../kubernetes/client/read-object.ts'),
  ]);
  const { connection, resource, namespace, name } = chosen;
  const { signal } = new AbortController();
  const live = await readObject(connection.client, resource, namespace, name, signal);
  const revisions = await revisionsOf(connection.client, resource, live, signal);
  if (revisions.length === 0) throw new UserError(vscode.l10n.t('No revision of {0} is kept.', called(chosen)));
  const items = revisions.map(({ number, current, images, changeCause }) => ({
    label: markedLabel(vscode.l10n.t('Revision {0}', number), current),
    description: images.join(', '),
    ...(changeCause ? { detail: changeCause } : {}),
    number: current ? undefined : number,
  }));
  const options = { title: `${title}: ${called(chosen)}`, placeHolder: vscode.l10n.t('Choose one to roll back to') };
  const toRevision = (await vscode.window.showQuickPick(items, options))?.number;
  if (toRevision === undefined) return;
  const writer = await writerFor(app, chosen);
  await write(title, async () => {
    const { rollOut } = await import('../../../kubernetes/writes/rollout.ts');
    await rollOut(namedOf(chosen), 'undo', { toRevision, force: true }, writer);
    return vscode.l10n.t('{0} is rolled back to revision {1}.', called(chosen), toRevision);
  });
}
