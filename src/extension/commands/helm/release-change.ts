import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { JsonObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { Release } from '../../../kubernetes/helm/release.ts';
import type { Intent } from '../../../kubernetes/helm/release-operation.ts';
import { workspacePaths } from '../../targets/workspace-places.ts';
import type { App } from '../parts/app.ts';
import type { ChosenRelease } from './chosen-release.ts';

/** What helm is to do. */
interface ReleaseChange extends Pick<Intent, 'operation' | 'args' | 'renders' | 'values'> {
  /** Lines of what the user is told besides what changes. */
  summary: readonly string[];
  /** The values as the user wrote them. */
  written?: JsonObject;
}

/** Tries a change of a release, shows the user what it changes, and does it. @throws UserError with helm's words. */
export async function changeRelease(
  app: App,
  { target, connection, namespace, name }: Omit<ChosenRelease, 'revisions'>,
  title: string,
  { summary, written, ...what }: ReleaseChange,
): Promise<Release | undefined> {
  const { signal } = new AbortController();
  const writer = await app.writes.writer({
    ...{ target, context: connection.context.name, signal },
    confirm: (changes, asked) => app.reviews.confirm(changes, asked),
  });
  const [{ findHelm }, { ReleaseOperation, summaryText }] = await Promise.all([
    import('../../../kubernetes/helm/helm-program.ts'),
    import('../../../kubernetes/helm/release-operation.ts'),
  ]);
  const program = await findHelm(target.settings['helm.path'], workspacePaths());
  const intent = {
    ...{ ...what, place: { name, namespace }, wait: undefined, isTrusted: false },
    summary: summaryText(summary, written),
  };
  const operation = new ReleaseOperation(program, intent, written, writer);
  const progress = { location: vscode.ProgressLocation.Window, title };
  await vscode.window.withProgress(progress, () => operation.try());
  await operation.review();
  const { problem, release } = await vscode.window.withProgress(progress, () => operation.run());
  if (problem !== undefined) throw new UserError(vscode.l10n.t('Helm failed: {0}', problem));
  return release;
}
