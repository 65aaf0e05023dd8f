import * as vscode from 'vscode';
import type { App } from '../parts/app.ts';
import { coordinatesOf, theObjects } from '../parts/the-object.ts';
import { kubectlCommand } from './kubectl-command.ts';

type Selected = readonly unknown[] | undefined;

/** Copies the names of objects. */
export async function copyName(app: App, argument?: unknown, selected?: Selected): Promise<void> {
  const all = await theObjects(app, argument, selected, vscode.l10n.t('Copy Name'));
  await copy(all.map(({ name }) => name).join('\n'));
}

/** Copies a command that shows the object, for a terminal. */
export async function copyKubectlCommand(app: App, argument?: unknown, selected?: Selected): Promise<void> {
  const all = await theObjects(app, argument, selected, vscode.l10n.t('Copy kubectl Command'));
  await copy(all.map((one) => kubectlCommand(coordinatesOf(one))).join('\n'));
}

/** Copies objects as YAML, redacted as everywhere. */
export async function copyYaml(app: App, argument?: unknown, selected?: Selected): Promise<void> {
  const all = await theObjects(app, argument, selected, vscode.l10n.t('Copy as YAML'));
  const [{ readObject }, { redact }, { toYaml }, { comparable }] = await Promise.all([
    import('../../../kubernetes/client/read-object.ts'),
    import('../../../kubernetes/text/redact.ts'),
    import('../../../kubernetes/text/yaml.ts'),
    import('../../../kubernetes/text/diff.ts'),
  ]);
  const { signal } = new AbortController();
  const texts = await Promise.all(
    all.map(async ({ connection, resource, namespace, name }) =>
      toYaml(redact(comparable(await readObject(connection.client, resource, namespace, name, signal)))),
    ),
  );
  await copy(texts.join('---\n'));
}

async function copy(text: string): Promise<void> {
  if (text === '') return;
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied'), 3_000);
}
