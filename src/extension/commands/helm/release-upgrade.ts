import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { jsonText } from '../../../kubernetes/apimachinery/json.ts';
import { isObject, type JsonObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import type { Release } from '../../../kubernetes/helm/release.ts';
import type { ValueDraft } from '../../helm/value-drafts.ts';
import type { App } from '../parts/app.ts';
import { addressOf, theRelease } from './chosen-release.ts';
import { changeRelease } from './release-change.ts';

/** Opens the values of a release for the user to change. */
export async function editReleaseValues(app: App, argument?: unknown): Promise<void> {
  const chosen = await theRelease(app, argument, vscode.l10n.t('Upgrade with New Values'));
  const [newest] = chosen?.revisions ?? [];
  if (!chosen || !newest) return;
  const { ReleaseStorage } = await import('../../../kubernetes/helm/release-storage.ts');
  const storage = new ReleaseStorage(chosen.connection.client, 'helmReleaseGet', chosen.connection.closed);
  const { config } = await storage.read(newest);
  await app.drafts.open({ ...addressOf(chosen, newest, 'values'), config });
}

/** Upgrades the release of a document to the values in it, after the user has seen what that changes. */
export async function upgradeRelease(app: App, argument?: unknown): Promise<void> {
  const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  const draft = uri && app.drafts.of(uri);
  if (!draft) throw new UserError(vscode.l10n.t('Choose a release first, with Upgrade Helm Release with New Values.'));
  const document = await vscode.workspace.openTextDocument(uri);
  const written = await valuesIn(document.getText());
  const target = await app.targets.named(draft.target);
  if (!target) throw new UserError(vscode.l10n.t('This release is not of this workspace any more.'));
  const connection = await app.clusters.connect(target, draft.context);
  const { namespace, name } = draft;
  const release = await readNewest(draft, connection);
  const [{ restoredValues }, { workFolder }, { writeStoredChart }] = await Promise.all([
    import('../../../kubernetes/helm/values.ts'),
    import('../../../kubernetes/helm/work-folder.ts'),
    import('../../../kubernetes/helm/stored-chart.ts'),
  ]);
  await using folder = await workFolder();
  const file = await writeStoredChart(release, folder);
  const done = await changeRelease(app, { target, connection, namespace, name }, vscode.l10n.t('Upgrade'), {
    ...({ operation: 'helmUpgrade', renders: true, written } as const),
    args: ['upgrade', name, file, '--reset-values'],
    values: jsonText(restoredValues(written, draft.config)),
    summary: [`helm upgrade ${name}`, `chart: ${release.chart.name}-${release.chart.version}`],
  });
  if (done) app.drafts.keep(uri, { ...draft, revision: done.revision, config: done.config });
  void vscode.window.showInformationMessage(
    done
      ? vscode.l10n.t('{0} is upgraded to revision {1}.', name, done.revision)
      : vscode.l10n.t('{0} is upgraded.', name),
  );
}

async function valuesIn(text: string): Promise<JsonObject> {
  const { readValue } = await import('../../../kubernetes/text/reading.ts');
  const values = (await readValue(text, 'values')) ?? {};
  if (isObject(values)) return values;
  throw new UserError(vscode.l10n.t('Values are a YAML mapping: key: value.'));
}

// What somebody else has set meanwhile would be lost.
async function readNewest({ namespace, name, revision }: ValueDraft, connection: Connection): Promise<Release> {
  const [{ ReleaseStorage }, { findRelease }] = await Promise.all([
    import('../../../kubernetes/helm/release-storage.ts'),
    import('../../../kubernetes/helm/find-release.ts'),
  ]);
  const storage = new ReleaseStorage(connection.client, 'helmReleaseGet', connection.closed);
  const { revisions } = await findRelease(connection, storage, name, namespace);
  const [newest] = revisions;
  if (newest.revision === revision) return storage.read(newest);
  throw new UserError(
    vscode.l10n.t(
      '{0} is at revision {1} by now, and these values are of revision {2}: begin again with the new ones.',
      name,
      newest.revision,
      revision,
    ),
  );
}
