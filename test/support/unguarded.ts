import type { RequestGuard } from '../../src/kubernetes/client/guard.ts';

/** For a client that may send what it likes. */
export const UNGUARDED: Pick<RequestGuard, 'check' | 'limitOf'> = { check: () => undefined, limitOf: () => undefined };
