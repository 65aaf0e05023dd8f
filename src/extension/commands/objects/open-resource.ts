import * as vscode from 'vscode';
import { resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { adviceFor, locateObject } from '../../browse/locate-object.ts';
import { parseReference } from '../../browse/resource-reference.ts';
import { formatError } from '../../common/problems.ts';
import type { Target } from '../../targets/targets.ts';
import type { App } from '../parts/app.ts';
import { chooseTarget } from '../parts/choose-target.ts';

/** Opens an object the user types, such as `deploy/web -n shop`. */
export async function openResource(app: App): Promise<void> {
  const title = vscode.l10n.t('Open Resource');
  const target = await chooseTarget(app, title);
  if (!target) return;
  const input = vscode.window.createInputBox();
  input.title = title;
  input.placeholder = 'deploy/web -n shop';
  input.prompt = vscode.l10n.t('Kind and name, with -n for the namespace and --context for another context');
  const { promise: hidden, resolve: hide } = Promise.withResolvers<void>();
  let running = new AbortController();
  const accept = async () => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    input.busy = true;
    try {
      await open(app, target, input.value, signal);
      if (!signal.aborted) input.hide();
    } catch (error) {
      if (!signal.aborted) input.validationMessage = formatError(error);
    } finally {
      if (!signal.aborted) input.busy = false;
    }
  };
  input.onDidAccept(accept);
  input.onDidChangeValue(() => {
    running.abort();
    input.busy = false;
    input.validationMessage = undefined;
  });
  input.onDidHide(hide);
  input.show();
  await hidden;
  running.abort();
  input.dispose();
}

async function open(app: App, target: Target, text: string, signal: AbortSignal): Promise<void> {
  const reference = parseReference(text);
  const connection = await app.clusters.connect(target, reference.context);
  const located = await locateObject(connection, reference);
  if (signal.aborted) return;
  const { resource, namespace, name } = located;
  const context = connection.context.name;
  try {
    await app.documents.open(target, { context, resource: resourceNameOf(resource), namespace, name }, signal);
  } catch (error) {
    const { MissingObjectError } = await import('../../documents/object-text.ts');
    if (!(error instanceof MissingObjectError)) throw error;
    throw new MissingObjectError(`${error.message} ${await adviceFor(connection, located, signal)}`.trim());
  }
}
