import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';

/** Runs an answer of a notification; an internal command. */
const ANSWER = 'mcpK8s.notification.answer';

/** A link at the end of a notification, or its button. */
export interface Answer {
  label: string;
  run(): unknown;
}

/**
 * Notifications that stay until their question is settled, then close by themselves. Ordinary ones hide after some
 * seconds and cannot be closed when the question is answered elsewhere.
 */
export class StickyNotifications implements vscode.Disposable {
  readonly #answers = new Map<string, () => unknown>();
  readonly #command: vscode.Disposable;

  constructor() {
    this.#command = vscode.commands.registerCommand(ANSWER, (id: unknown) => this.#answers.get(String(id))?.());
  }

  dispose(): void {
    this.#command.dispose();
  }

  /** Shows the message until `over` settles or its button is pressed; the button does not answer the question. */
  show(over: Promise<unknown>, message: string, answers: readonly Answer[], button: Answer): void {
    const ids = answers.map(({ run }) => {
      const id = randomUUID();
      this.#answers.set(id, run);
      return id;
    });
    const links = answers.map(
      ({ label }, index) => `[${label}](command:${ANSWER}?${encodeURIComponent(JSON.stringify([ids[index]]))})`,
    );
    // Names in the message may contain link syntax.
    const title = `${message.replaceAll('[', '(').replaceAll(']', ')')} ${links.join(' · ')}`;
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: button.label };
    // VS Code accepts a label here, though it declares a boolean. Where it does not, the button is called Cancel.
    void vscode.window.withProgress(options as unknown as vscode.ProgressOptions, async (_, token) => {
      token.onCancellationRequested(button.run);
      await over.catch(() => undefined);
      for (const id of ids) this.#answers.delete(id);
    });
  }
}
