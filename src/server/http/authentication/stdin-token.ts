import { createInterface } from 'node:readline';
import type { TokenCheck } from './identity.ts';
import { identityOf, parseTokens } from './known-tokens.ts';

/** A token read from stdin, which also ties the server to its sender. */
export interface StdinToken {
  check: TokenCheck;
  /** Resolves when stdin ends: the parent is gone, or wants the server to end. */
  ended: Promise<void>;
}

/**
 * Reads the token from the first line of stdin, where neither other users nor child processes can see it.
 * @throws Error when stdin ends first, or the line holds no valid token.
 */
export async function readStdinToken(): Promise<StdinToken> {
  const lines = createInterface({ input: process.stdin });
  const ended = new Promise<void>((resolve) => {
    lines.once('close', resolve);
  });
  const first = new Promise<string>((resolve) => {
    lines.once('line', resolve);
  });
  const known = parseTokens(await Promise.race([first, ended.then(() => '')]));
  if (known.length === 0) throw new Error('--auth-token-stdin needs a token in the first line of stdin.');
  return { check: async (token) => identityOf(token, known), ended };
}
