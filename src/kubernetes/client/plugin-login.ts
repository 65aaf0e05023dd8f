import type { RequestOptions } from 'node:https';
import type { JsonObject } from '../apimachinery/objects.ts';
import { type PluginCredential, runCredentialPlugin } from './credential-plugin.ts';
import type { ExecConfig } from './exec-config.ts';
import type { Confinement } from './pins.ts';

/** Signs in with a credential plugin: it runs once for all that wait for it, and again when its credential has expired. */
export class PluginLogin {
  readonly #exec: ExecConfig;
  readonly #options: { cluster: JsonObject; confinement: Confinement };
  #credential: PluginCredential | undefined;
  #running: Promise<PluginCredential> | undefined;

  constructor(exec: ExecConfig, options: { cluster: JsonObject; confinement: Confinement }) {
    this.#exec = exec;
    this.#options = options;
  }

  /** Part of client-node's interface for authenticators: it is there for one user only. */
  isAuthProvider(): boolean {
    return true;
  }

  /** @throws UserError when there is no credential to be had. */
  async applyAuthentication(_user: unknown, options: RequestOptions): Promise<void> {
    const { token, clientCertificateData, clientKeyData } = await this.#current();
    if (clientCertificateData) options.cert = clientCertificateData;
    if (clientKeyData) options.key = clientKeyData;
    if (token) options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
  }

  /** Makes the next request obtain a new credential. A plugin that runs goes on: others wait for it. */
  forget(): void {
    this.#credential = undefined;
  }

  async #current(): Promise<PluginCredential> {
    if (this.#credential && this.#credential.expires > Date.now()) return this.#credential;
    this.#running ??= runCredentialPlugin(this.#exec, this.#options).finally(() => {
      this.#running = undefined;
    });
    this.#credential = await this.#running;
    return this.#credential;
  }
}
