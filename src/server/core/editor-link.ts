import type { MessageConnection } from 'vscode-jsonrpc/node';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import {
  type Agreement,
  EDITOR_SOCKET_VARIABLE,
  EDITOR_TOKEN_VARIABLE,
  EDITORS_VARIABLE,
  type EditorPlace,
  KUBECONFIG,
  type KubeconfigInQuestion,
  LOGIN,
  type LoginShown,
  RESOURCE_SHOWN,
  type ResourceShown,
  type Review,
  type Verdict,
} from '../../protocol.ts';
import { FoundEditor } from './found-editor.ts';

/** Delay before connecting, which leaves the processor to the server's first answers. */
const CONNECT_AFTER_MS = 100;

/** The link to the user's editor. Announcements are best effort: dropped without an editor. */
export interface EditorLink {
  /** Did it start this server? Then it knows where each kubeconfig was named. */
  readonly isStarter: boolean;
  announce(shown: ResourceShown): void;
  /** Has the user agreed to a kubeconfig? An editor that cannot be asked counts as not having answered yet. */
  agreement(kubeconfig: KubeconfigInQuestion): Promise<Agreement>;
  /** The user's verdict; undefined when the editor cannot ask, so nobody was asked. */
  review(review: Review, signal: AbortSignal): Promise<Verdict | undefined>;
  /** Shows a login until the signal aborts. True: cancelled by the user; false: over; undefined: it cannot be shown. */
  login(login: LoginShown, signal: AbortSignal): Promise<boolean | undefined>;
}

/**
 * The link that the environment describes; undefined where no editor is named. To one that started this server it
 * connects on its own: all of the user's processes can read this one's environment, and connecting makes the token in it
 * worthless.
 */
export function editorLink(env: NodeJS.ProcessEnv, log: (message: string) => void): EditorLink | undefined {
  const socket = env[EDITOR_SOCKET_VARIABLE];
  const token = env[EDITOR_TOKEN_VARIABLE];
  const folder = env[EDITORS_VARIABLE];
  // Credential plugins inherit the environment and must not reach the editor.
  for (const name of [EDITOR_SOCKET_VARIABLE, EDITOR_TOKEN_VARIABLE, EDITORS_VARIABLE]) delete env[name];
  if (!socket || !token) return folder ? new FoundEditor(folder, log) : undefined;
  const link = new SocketLink({ socket, token }, log);
  setTimeout(() => void link.open(), CONNECT_AFTER_MS).unref();
  return link;
}

/** Uses the editor's socket, reopened whenever it has closed. */
class SocketLink implements EditorLink {
  readonly isStarter = true;
  readonly #log: (message: string) => void;
  #place: EditorPlace;
  #connection: Promise<MessageConnection> | undefined;

  constructor(place: EditorPlace, log: (message: string) => void) {
    this.#place = place;
    this.#log = log;
  }

  async open(): Promise<void> {
    await this.#connected().catch((error: unknown) => this.#forget('The editor cannot be reached', error));
  }

  announce(shown: ResourceShown): void {
    this.#connected()
      .then((editor) => editor.sendNotification(RESOURCE_SHOWN, shown))
      .catch((error: unknown) => this.#forget('The editor could not be told', error));
  }

  async agreement(kubeconfig: KubeconfigInQuestion): Promise<Agreement> {
    try {
      return await (await this.#connected()).sendRequest<Agreement>(KUBECONFIG, kubeconfig);
    } catch (error) {
      this.#forget('The editor could not be asked about the kubeconfig', error);
      return 'waiting';
    }
  }

  async review(review: Review, signal: AbortSignal): Promise<Verdict | undefined> {
    let editor: MessageConnection;
    try {
      editor = await this.#connected();
    } catch (error) {
      this.#forget('The editor could not be asked', error);
      return undefined;
    }
    return (await import('./editor-connection.ts')).askForReview(editor, review, signal);
  }

  async login(login: LoginShown, signal: AbortSignal): Promise<boolean | undefined> {
    const { isUnknownMethod, request } = await import('./editor-connection.ts');
    try {
      return await request<boolean>(await this.#connected(), LOGIN, login, signal);
    } catch (error) {
      if (signal.aborted) return false;
      if (!isUnknownMethod(error)) this.#forget('The editor could not be told of a login', error);
      return undefined;
    }
  }

  #connected(): Promise<MessageConnection> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  async #connect(): Promise<MessageConnection> {
    const { converse } = await import('./editor-connection.ts');
    const { connection, token } = await converse(this.#place, () => {
      this.#connection = undefined;
    });
    this.#place = { ...this.#place, token };
    return connection;
  }

  #forget(problem: string, error: unknown): void {
    this.#connection = undefined;
    this.#log(`${problem}: ${messageOf(error)}`);
  }
}
