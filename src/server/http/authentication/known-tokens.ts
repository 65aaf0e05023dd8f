import { createHash, timingSafeEqual } from 'node:crypto';
import type { Identity } from './identity.ts';

/** Shorter tokens can be guessed. */
const MIN_TOKEN_LENGTH = 16;

/** An issued token, as its digest. */
export interface KnownToken {
  digest: Buffer;
  name: string;
}

/**
 * Parses tokens: one per line, followed by a comma and the owner's name; `#` starts a comment.
 * @throws Error for a token that is too short.
 */
export function parseTokens(text: string): KnownToken[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(toKnown);
}

/** The owner of a token; undefined for an unknown one. */
export function identityOf(token: string, known: readonly KnownToken[]): Identity | undefined {
  const digest = sha256(token);
  // Compares every token in constant time, so that timing reveals nothing.
  const [found] = known.filter((one) => timingSafeEqual(one.digest, digest));
  return (
    found && { name: found.name, user: found.name, owner: `token:${found.digest.toString('hex')}`, token, claims: {} }
  );
}

function toKnown(line: string): KnownToken {
  const [token = '', name = ''] = line.split(',').map((part) => part.trim());
  if (token.length < MIN_TOKEN_LENGTH)
    throw new Error(
      `A token has to be at least ${MIN_TOKEN_LENGTH} characters long: make one with "openssl rand -hex 32".`,
    );
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
