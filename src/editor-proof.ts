import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Hello } from './protocol.ts';

type Side = 'server' | 'editor';

/** What one side says to prove that it knows the token. Neither side's proof tells the other's. */
export function proofOf(side: Side, token: string, nonce: string): string {
  return createHmac('sha256', token).update(`${side}:${nonce}`).digest('hex');
}

/** Does that side know the token? Takes the same time whatever is wrong. */
export function isProven(side: Side, token: string, { nonce, proof }: Hello): boolean {
  return timingSafeEqual(digest(proof), digest(proofOf(side, token, nonce)));
}

/** The greeting of a server that knows the token. */
export function helloWith(token: string): Hello {
  const nonce = randomBytes(32).toString('hex');
  return { nonce, proof: proofOf('server', token, nonce) };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
