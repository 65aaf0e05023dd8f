import type { MessageConnection } from 'vscode-jsonrpc/node';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { type Agreement, KUBECONFIG, type KubeconfigInQuestion, type Review, type Verdict } from '../../protocol.ts';

/** How long a window has to prove that it is the user's editor, in milliseconds: it may hang. */
const WELCOME_TIMEOUT_MS = 10_000;

/**
 * The user's editor, where the host that started this server did not ask the extension: whichever window offers this
 * server now. It is told nothing, and asked only what needs its user; without a window there is nobody to ask.
 */
export class FoundEditor {
  readonly isStarter = false;
  readonly #folder: string;
  readonly #log: (message: string) => void;

  constructor(folder: string, log: (message: string) => void) {
    this.#folder = folder;
    this.#log = log;
  }

  announce(): void {}

  async agreement(kubeconfig: KubeconfigInQuestion): Promise<Agreement> {
    const answer = await this.#ask((editor) => editor.sendRequest<Agreement>(KUBECONFIG, kubeconfig));
    return answer ?? 'nobody';
  }

  async review(review: Review, signal: AbortSignal): Promise<Verdict | undefined> {
    const { askForReview } = await import('./editor-connection.ts');
    return this.#ask((editor) => askForReview(editor, review, signal));
  }

  async login(): Promise<undefined> {}

  /** Asks the first window that proves to be the user's editor; undefined when there is none. */
  async #ask<T>(question: (editor: MessageConnection) => Promise<T>): Promise<T | undefined> {
    const [{ editorPlaces }, { converse }] = await Promise.all([
      import('./editor-places.ts'),
      import('./editor-connection.ts'),
    ]);
    for (const place of await editorPlaces(this.#folder, this.#log)) {
      let editor: MessageConnection;
      try {
        const tooLong = AbortSignal.timeout(WELCOME_TIMEOUT_MS);
        ({ connection: editor } = await converse(place, () => {}, tooLong));
      } catch (error) {
        this.#log(`A window of the editor cannot be asked: ${messageOf(error)}`);
        continue;
      }
      try {
        return await question(editor);
      } finally {
        editor.end();
      }
    }
    return undefined;
  }
}
