import { readFile } from 'node:fs/promises';
import { messageOf } from '../../../kubernetes/apimachinery/errors.ts';
import { filesFingerprint } from '../../../kubernetes/client/files-fingerprint.ts';
import type { Log } from '../base/http-log.ts';
import type { Identity } from './identity.ts';
import { identityOf, type KnownToken, parseTokens } from './known-tokens.ts';

/** How often the file is checked for changes, in milliseconds. */
const CHECK_INTERVAL_MS = 1_000;

/** The tokens in a file. */
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

  /** @throws Error for a file that is unreadable or has no valid token. */
  static async open(path: string, log: Log): Promise<TokenFile> {
    const file = new TokenFile(path, log);
    await file.#read();
    if (file.#tokens.length === 0) throw new Error(`${path} has no token.`);
    file.#opened = true;
    return file;
  }

  /** The owner of a token, by the file's current content. */
  async check(token: string): Promise<Identity | undefined> {
    await this.#refresh();
    return identityOf(token, this.#tokens);
  }

  async #refresh(): Promise<void> {
    const now = performance.now();
    if (now - this.#looked < CHECK_INTERVAL_MS) return;
    this.#looked = now;
    const fingerprint = filesFingerprint([this.#path]);
    if (fingerprint === this.#fingerprint) return;
    try {
      await this.#read();
      if (this.#tokens.length === 0) this.#log('error', `${this.#path} has no token any more: nobody is let in.`);
    } catch (error) {
      // Retried at the next check: the file may become readable without changing.
      if (this.#tokens.length > 0)
        this.#log('error', `The token file cannot be read, so that nobody is let in: ${messageOf(error)}`);
      this.#tokens = [];
      this.#fingerprint = undefined;
    }
  }

  // A missing or empty file lets nobody in. One with an invalid line is being edited: it keeps the tokens it had,
  // and adds none.
  async #read(): Promise<void> {
    const fingerprint = filesFingerprint([this.#path]);
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
