import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import { LoginError, messageOf } from '../apimachinery/errors.ts';
import type { JsonObject } from '../apimachinery/objects.ts';
import { TimeLimit } from '../apimachinery/time-limit.ts';
import { visible } from '../text/visible.ts';
import { type PluginCredential, runCredentialPlugin } from './credential-plugin.ts';
import type { ExecConfig } from './exec-config.ts';
import { Login } from './login.ts';
import { takeLoginLock } from './login-lock.ts';
import type { Confinement } from './pins.ts';

/** A wait for another process's plugin is reported after this, in milliseconds: most take less, and prompt nobody. */
const ELSEWHERE_AFTER_MS = 2_000;
/** The longest wait for plugins of other processes, in milliseconds. */
const ELSEWHERE_TIMEOUT_MS = 20 * 60_000;
/** A credential just obtained is used for at least this long, whatever its expiry, in milliseconds. */
const MIN_USE_MS = 5_000;
/** After the cluster refused what a person signed in for, they are not asked again for this long, in milliseconds. */
const REFUSED_REST_MS = 5_000;
/** Limit on a program's name, in characters. */
const MAX_NAME = 100;

/** Told of a login that a request waits for; if the returned promise rejects, the wait ends. */
export type LoginListener = (login: Login) => Promise<never> | undefined;

const shared = new Map<string, PluginLogin>();

/** The login of a plugin: shared in this process by all that run it the same way, so that nobody is asked twice. */
export function pluginLogin(exec: ExecConfig, options: PluginLoginOptions): PluginLogin {
  const { cluster, confinement } = options;
  const key = JSON.stringify([exec, confinement, exec.provideClusterInfo ? cluster : undefined]);
  const login = shared.get(key) ?? new PluginLogin(exec, options);
  shared.set(key, login);
  return login;
}

interface PluginLoginOptions {
  cluster: JsonObject;
  confinement: Confinement;
}

/**
 * Signs in with a credential plugin: it runs once for all that wait for it, in this and the user's other processes, and
 * again when its credential has expired or was refused.
 */
export class PluginLogin {
  readonly #exec: ExecConfig;
  readonly #options: PluginLoginOptions;
  #credential: PluginCredential | undefined;
  /** Has the cluster accepted it? And was a person asked for it, and when? */
  #isAccepted = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  #running: { login: Login; credential: Promise<PluginCredential> } | undefined;

  constructor(exec: ExecConfig, options: PluginLoginOptions) {
    this.#exec = exec;
    this.#options = options;
  }

  /** Part of client-node's authenticator interface; this one serves one user only. */
  isAuthProvider(): boolean {
    return true;
  }

  /** @throws UserError when no credential can be obtained. */
  async applyAuthentication(_user: unknown, options: RequestOptions): Promise<void> {
    const { token, clientCertificateData, clientKeyData } = await this.credential();
    if (clientCertificateData) options.cert = clientCertificateData;
    if (clientKeyData) options.key = clientKeyData;
    if (token) options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
  }

  /**
   * The credential, however long the plugin takes. Aborting the wait does not stop the plugin.
   * @throws UserError when none can be obtained, LoginError when a person was asked for it; the signal's reason.
   */
  async credential(signal?: AbortSignal, onLogin?: LoginListener): Promise<PluginCredential> {
    if (this.#credential && this.#credential.expires > Date.now()) return this.#credential;
    signal?.throwIfAborted();
    this.#running ??= this.#run();
    const { login, credential } = this.#running;
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    const sent = onLogin?.(login);
    try {
      return await Promise.race([credential, left.promise, ...(sent ? [sent] : [])]);
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  /** The cluster has accepted this credential. */
  accept(credential: PluginCredential): void {
    if (this.#credential === credential) this.#isAccepted = true;
  }

  /**
   * Makes the next request obtain a new credential, unless that has happened since `refused` was in use. A running
   * plugin goes on.
   */
  forget(refused: PluginCredential | undefined): void {
    if (this.#credential !== refused) return;
    if (!this.#isAccepted && performance.now() - this.#askedAt < REFUSED_REST_MS) return;
    this.#credential = undefined;
  }

  #run(): { login: Login; credential: Promise<PluginCredential> } {
    const login = new Login(nameOf(this.#exec));
    const credential = this.#obtain(login).finally(() => {
      this.#running = undefined;
      login.end();
    });
    // All waiters may have left.
    credential.catch(() => undefined);
    return { login, credential };
  }

  async #obtain(login: Login): Promise<PluginCredential> {
    const lock = await this.#lock(login);
    try {
      login.begin();
      const credential = await runCredentialPlugin(this.#exec, {
        ...this.#options,
        onLine: (line) => login.hear(line),
        isAsking: () => login.wait !== undefined,
        signal: login.stopped,
      });
      this.#isAccepted = false;
      this.#askedAt = login.wait ? performance.now() : Number.NEGATIVE_INFINITY;
      this.#credential = { ...credential, expires: Math.max(credential.expires, Date.now() + MIN_USE_MS) };
      return this.#credential;
    } catch (error) {
      // An unattended watch would ask the person again and again.
      throw login.wait ? new LoginError(messageOf(error)) : error;
    } finally {
      lock?.release();
    }
  }

  async #lock(login: Login) {
    const { command, args, env } = this.#exec;
    const name = createHash('sha256')
      .update(JSON.stringify([command, args, env]))
      .digest('hex');
    using late = new TimeLimit(ELSEWHERE_TIMEOUT_MS);
    let slow: NodeJS.Timeout | undefined;
    const onHeld = () => {
      slow = setTimeout(() => login.waitElsewhere(), ELSEWHERE_AFTER_MS);
    };
    try {
      return await takeLoginLock(name, { signal: AbortSignal.any([login.stopped, late.signal]), onHeld });
    } catch (error) {
      if (!late.isOver) throw error;
      throw new LoginError(
        `the credential plugin "${command}" has been running in another window or server for ${ELSEWHERE_TIMEOUT_MS / 60_000} minutes`,
      );
    } finally {
      clearTimeout(slow);
    }
  }
}

function nameOf({ command }: ExecConfig): string {
  const name = command.split(/[\\/]/).at(-1) ?? command;
  return visible(name).slice(0, MAX_NAME);
}
