import * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import type { Login, LoginWait } from '../../kubernetes/client/login.ts';
import type { LoginShown } from '../../protocol.ts';
import type { StickyNotifications } from '../common/sticky-notifications.ts';
import { type LoginNotice, loginNotice } from './login-text.ts';

/** Tells the user that a credential plugin waits for a sign-in, whether a server or the extension runs it. */
export class Logins {
  readonly #notifications: StickyNotifications;
  readonly #log: vscode.LogOutputChannel;
  readonly #heard = new WeakSet<Login>();

  constructor(notifications: StickyNotifications, log: vscode.LogOutputChannel) {
    this.#notifications = notifications;
    this.#log = log;
  }

  /** Shows a login until the signal aborts. True when the user cancelled it, false when it ended. */
  async show(shown: LoginShown, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    signal.addEventListener('abort', () => resolve(false), { once: true });
    const notice = loginNotice(shown);
    const { code, url } = notice;
    const open = url === undefined ? [] : [{ label: openLabel(notice), run: () => this.#open(notice, url) }];
    const copy = code === undefined || url !== undefined ? [] : [{ label: copyLabel(), run: () => copyCode(code) }];
    this.#notifications.show(promise, questionOf(notice), [...open, ...copy], {
      label: vscode.l10n.t('Cancel'),
      run: () => resolve(true),
    });
    return promise;
  }

  /** Shows a login of the extension itself, for as long as it waits. */
  hear(login: Login, context: string): undefined {
    if (this.#heard.has(login)) return;
    this.#heard.add(login);
    let current = new AbortController();
    login.onWait((wait) => {
      current.abort();
      current = new AbortController();
      void this.#hear(login, context, { wait, signal: current.signal });
    });
    void login.over.then(() => current.abort());
  }

  async #hear(
    login: Login,
    context: string,
    { wait, signal }: { wait: LoginWait; signal: AbortSignal },
  ): Promise<void> {
    const { url, code, text = '', elsewhere } = wait;
    if (elsewhere) {
      const over = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      const message = vscode.l10n.t('Waiting for the login of {0} in another window or server…', login.plugin);
      vscode.window.setStatusBarMessage(`$(loading~spin) ${message.replaceAll('$(', '$ (')}`, over);
      return;
    }
    this.#log.info(`A login waits for the user: ${text}`);
    const isCancelled = await this.show({ context, plugin: login.plugin, url, code, text }, signal);
    if (isCancelled) login.cancel(vscode.l10n.t('You cancelled the login.'));
  }

  async #open({ code, isWhole }: LoginNotice, url: string): Promise<void> {
    if (!isWhole && !(await isAgreed(url))) return;
    // The code is shown too: if copying fails, the user types it.
    if (code !== undefined) await copyCode(code).catch((error: unknown) => this.#log.warn(messageOf(error)));
    // As a string: a vscode.Uri re-encodes it, which breaks some addresses.
    await vscode.env.openExternal(url as unknown as vscode.Uri);
  }
}

function questionOf({ plugin, context, text, code, url, address }: LoginNotice): string {
  if (url === undefined && code === undefined)
    return vscode.l10n.t('{0} waits for you, to sign in to context {1}. It says: “{2}”', plugin, context, text);
  if (url === undefined)
    return vscode.l10n.t(
      '{0} waits for you to sign in to context {1} with the code {2}. It says: “{3}”',
      plugin,
      context,
      code ?? '',
      text,
    );
  if (code === undefined)
    return vscode.l10n.t('{0} waits for you to sign in to context {1}: open {2}', plugin, context, address);
  return vscode.l10n.t(
    '{0} waits for you to sign in to context {1}: open {2} and enter the code {3}',
    plugin,
    context,
    address,
    code,
  );
}

function openLabel({ code }: LoginNotice): string {
  return code === undefined ? vscode.l10n.t('Open URL') : vscode.l10n.t('Copy Code and Open');
}

function copyLabel(): string {
  return vscode.l10n.t('Copy Code');
}

async function copyCode(code: string): Promise<void> {
  await vscode.env.clipboard.writeText(code);
}

async function isAgreed(url: string): Promise<boolean> {
  const open = vscode.l10n.t('Open URL');
  const options = { modal: true, detail: url };
  const question = vscode.l10n.t('Open this address in the browser?');
  return (await vscode.window.showInformationMessage(question, options, open)) === open;
}
