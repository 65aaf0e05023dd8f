import { readFile } from 'node:fs/promises';
import { messageOf } from '../../../kubernetes/apimachinery/errors.ts';
import { kubeconfigFingerprint } from '../../../kubernetes/client/kubeconfig.ts';
import type { Log } from '../base/http-log.ts';
import type { Identity } from './identity.ts';
import { identityOf, type KnownToken, parseTokens } from './known-tokens.ts';

/** How often it is seen whether the file has changed, in milliseconds. */
const PERIOD = 1_000;

/** The tokens of a file. */
export class TokenFile {
  readonly #path: string;
  readonly #log: Log;
  #tokens: readonly KnownToken[] = [];
  #fingerprint: string | undefined;
  #looked = 0;

  private constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** @throws Error for a file that cannot be read or has no good token. */
  static async open(path: string, log: Log): Promise<TokenFile> {
    const file = new TokenFile(path, log);
    await file.#read();
    return file;
  }

  /** Whose token it is, by the file as it is now. */
  async check(token: string): Promise<Identity | undefined> {
    await this.#refresh();
    return identityOf(token, this.#tokens);
  }

  // A file that broke while it was edited lets those in whom it let in before, and nobody new.
  async #refresh(): Promise<void> {
    const now = performance.now();
    if (now - this.#looked < PERIOD) return;
    this.#looked = now;
    try {
      if ((await kubeconfigFingerprint([this.#path])) !== this.#fingerprint) await this.#read();
    } catch (error) {
      this.#log('warning', `The changed token file is not used: ${messageOf(error)}`);
    }
  }

  async #read(): Promise<void> {
    this.#fingerprint = await kubeconfigFingerprint([this.#path]);
    const tokens = parseTokens(await readFile(this.#path, 'utf8'));
    if (tokens.length === 0) throw new Error(`${this.#path} has no token.`);
    this.#tokens = tokens;
  }
}
