import * as vscode from 'vscode';
import { resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import type { Named } from '../../../kubernetes/client/read-object.ts';
import type { Writer } from '../../../kubernetes/writes/writer.ts';
import type { ChosenObject } from '../../browse/choose-object.ts';
import type { App } from './app.ts';

/** A writer for one action of the user on objects of this cluster: its changes are reviewed. */
export function writerFor(
  app: App,
  { target, connection }: ChosenObject,
  signal = new AbortController().signal,
): Promise<Writer> {
  const context = connection.context.name;
  return app.writes.writer({ target, context, confirm: (...review) => app.reviews.confirm(...review), signal });
}

/** Writes, shows that it is under way, and then what came of it. */
export async function write(title: string, work: () => Promise<string>): Promise<void> {
  const said = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, work);
  void vscode.window.showInformationMessage(said);
}

/** The object as the core wants it named. */
export function namedOf({ resource, namespace, name }: ChosenObject): Named {
  return { kind: resourceNameOf(resource), name, namespace };
}

/** `Deployment web`. */
export function called({ resource, name }: ChosenObject): string {
  return `${resource.kind} ${name}`;
}

/** Where the object is, for a user who is about to change it. */
export function placeOf({ namespace, connection }: ChosenObject): string {
  const context = connection.context.name;
  return namespace === undefined
    ? vscode.l10n.t('Context {0}', context)
    : vscode.l10n.t('Namespace {0} of context {1}', namespace, context);
}
