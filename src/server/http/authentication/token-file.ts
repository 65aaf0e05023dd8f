import { readFile } from 'node:fs/promises';
import { messageOf } from '../../../kubernetes/apimachinery/errors.ts';
import { filesFingerprint } from '../../../kubernetes/client/files-fingerprint.ts';
import type { Log } from '../base/http-log.ts';
import type { Identity } from './identity.ts';
import { identityOf, type KnownToken, parseTokens } from './known-tokens.ts';

/** How often it is seen whether the file has changed, in milliseconds. */
const CHECK_INTERVAL_MS = 1_000;

/** The tokens of a file. */
export class TokenFile {
  readonly #path: string;
  readonly #log: Log;
  #tokens: readonly KnownToken[] = [];
  #fingerprint: string | undefined;
  #looked = 0;
  #opened = false;

  private constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** @throws Error for a file that cannot be read or has no good token. */
  static async open(path: string, log: Log): Promise<TokenFile> {
    const file = new TokenFile(path, log);
    await file.#read();
    if (file.#tokens.length === 0) throw new Error(`${path} has no token.`);
    file.#opened = true;
    return file;
  }

  /** Whose token it is, by the file as it is now. */
  async check(token: string): Promise<Identity | undefined> {
    await this.#refresh();
    return identityOf(token, this.#tokens);
  }

  async #refresh(): Promise<void> {
    const now = performance.now();
    if (now - this.#looked < CHECK_INTERVAL_MS) return;
    this.#looked = now;
    const fingerprint = await filesFingerprint([this.#path]);
    if (fingerprint === this.#fingerprint) return;
    try {
      await this.#read();
      if (this.#tokens.length === 0) this.#log('error', `${this.#path} has no token any more: nobody is let in.`);
    } catch (error) {
      // Tried again with the next look, for what cannot be read now may be the same file then.
      if (this.#tokens.length > 0)
        this.#log('error', `The token file cannot be read, so that nobody is let in: ${messageOf(error)}`);
      this.#tokens = [];
      this.#fingerprint = undefined;
    }
  }

  // A file that is gone or empty lets nobody in. One with a line that is wrong is being edited: it lets those in whom it let
  // in before, and nobody new.
  async #read(): Promise<void> {
    const fingerprint = await filesFingerprint([this.#path]);
    const text = await readFile(this.#path, 'utf8');
    this.#fingerprint = fingerprint;
    try {
      this.#tokens = parseTokens(text);
    } catch (error) {
      if (!this.#opened) throw error;
      this.#log('warning', `The changed token file is not used: ${messageOf(error)}`);
    }
  }
}
