import * as vscode from 'vscode';
import { parseQuantity } from '../../../kubernetes/apimachinery/quantity.ts';
import type { ContainerChange, TemplateContainer } from '../../../kubernetes/writes/container-changes.ts';
import type { ChosenObject } from '../../browse/choose-object.ts';
import { canDo } from '../../views/actions.ts';
import type { App } from '../parts/app.ts';
import { called, namedOf, placeOf, write, writerFor } from '../parts/object-writes.ts';
import { theWorkload } from '../parts/the-workload.ts';

/** What of a container the user types. */
interface Question {
  title: string;
  prompt: string;
  value: (container: TemplateContainer) => string;
  /** What is wrong with the answer. */
  mistake: (text: string) => string | undefined;
  change: (text: string) => ContainerChange;
  done: (container: string, what: string, text: string) => string;
}

/** Changes the image of a container, in the workload that makes its pods. */
export function changeImage(app: App, argument?: unknown): Promise<void> {
  return changeContainer(app, argument, {
    title: vscode.l10n.t('Change Image'),
    prompt: vscode.l10n.t('The new image'),
    value: ({ image }) => image,
    mistake: (text) => (/^\S+$/.test(text) ? undefined : vscode.l10n.t('Type an image, such as nginx:1.29.')),
    change: (image) => ({ image }),
    done: (container, what, text) =>
      vscode.l10n.t('Container {0} of {1} has the image {2} now.', container, what, text),
  });
}

/** Changes how much memory a container may use, in the workload that makes its pods. */
export function changeMemoryLimit(app: App, argument?: unknown): Promise<void> {
  return changeContainer(app, argument, {
    title: vscode.l10n.t('Change Memory Limit'),
    prompt: vscode.l10n.t('The most memory that it may use'),
    value: ({ memoryLimit = '' }) => memoryLimit,
    mistake: (text) =>
      parseQuantity(text) === undefined ? vscode.l10n.t('Type an amount of memory, such as 512Mi.') : undefined,
    change: (memory) => ({ resources: { limits: { memory } } }),
    done: (container, what, text) =>
      vscode.l10n.t('Container {0} of {1} may use {2} of memory now.', container, what, text),
  });
}

async function changeContainer(app: App, argument: unknown, question: Question): Promise<void> {
  const { title } = question;
  const chosen = await theWorkload(app, argument, title, (resource) => canDo('change', resource));
  if (!chosen) return;
  const container = await chooseContainer(chosen, question);
  if (!container) return;
  const writer = await writerFor(app, chosen);
  const typed = await vscode.window.showInputBox({
    title: `${title}: ${called(chosen)}`,
    prompt: [question.prompt, vscode.l10n.t('container {0}', container.name), placeOf(chosen)].join(' · '),
    value: question.value(container),
    validateInput: (text) => question.mistake(text.trim()),
  });
  if (typed === undefined) return;
  const text = typed.trim();
  await write(title, async () => {
    const { changeContainer: change } = await import('../../../kubernetes/writes/container-changes.ts');
    const { after } = await change(namedOf(chosen), container, question.change(text), writer);
    const what = called(chosen);
    return after
      ? question.done(container.name, what, text)
      : vscode.l10n.t('{0} is so already: nothing was written.', what);
  });
}

async function chooseContainer(
  chosen: ChosenObject,
  { title, value }: Question,
): Promise<TemplateContainer | undefined> {
  const [{ containersIn }, { readObject }] = await Promise.all([
    import('../../../kubernetes/writes/container-changes.ts'),
    import('../../../kubernetes/client/read-object.ts'),
  ]);
  const { connection, resource, namespace, name } = chosen;
  const { signal } = new AbortController();
  const all = containersIn(await readObject(connection.client, resource, namespace, name, signal));
  if (all.length <= 1) return all[0];
  const items = all.map((container) => ({
    label: container.name,
    description: [value(container), ...(container.isInit ? [vscode.l10n.t('init')] : [])].filter(Boolean).join(' · '),
    container,
  }));
  const options = { title: `${title}: ${called(chosen)}`, placeHolder: vscode.l10n.t('Choose a container') };
  return (await vscode.window.showQuickPick(items, options))?.container;
}
