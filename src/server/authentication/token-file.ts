import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../kubernetes/errors.ts';
import { kubeconfigFingerprint } from '../../kubernetes/kubeconfig.ts';
import type { Log } from '../http/http-log.ts';
import type { Identity } from './identity.ts';

/** How often it is seen whether the file has changed, in milliseconds. */
const PERIOD = 1_000;
/** Shorter ones can be guessed. */
const SHORTEST = 16;

interface Known {
  digest: Buffer;
  name: string;
}

/** The tokens of a file: one a line, after a comma the name of who has it; `#` begins a comment. */
export class TokenFile {
  readonly #path: string;
  readonly #log: Log;
  #tokens: readonly Known[] = [];
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
    const digest = sha256(token);
    // Every token is compared, and each in the same time, so that time tells nothing about them.
    const [found] = this.#tokens.filter((known) => timingSafeEqual(known.digest, digest));
    return found && { name: found.name, owner: `token:${found.digest.toString('hex')}`, token, claims: {} };
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
    const lines = (await readFile(this.#path, 'utf8')).split('\n').map((line) => line.trim());
    const tokens = lines.filter((line) => line !== '' && !line.startsWith('#')).map(toKnown);
    if (tokens.length === 0) throw new Error(`${this.#path} has no token.`);
    this.#tokens = tokens;
  }
}

function toKnown(line: string): Known {
  const [token = '', name = ''] = line.split(',').map((part) => part.trim());
  if (token.length < SHORTEST)
    throw new Error(`A token has to be at least ${SHORTEST} characters long: make one with "openssl rand -hex 32".`);
  if (!/^[\w\-.~+/]+=*$/.test(token))
    throw new Error(
      'A token has only letters, digits and -._~+/ (with = at its end): no header could carry it otherwise.',
    );
  const digest = sha256(token);
  return { digest, name: name || `token ${digest.toString('hex').slice(0, 8)}` };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
