import type { RequestGuard } from '../../src/kubernetes/client/guard.ts';

/** For a client without restrictions. */
export const UNGUARDED: Pick<RequestGuard, 'check' | 'limitOf'> = { check: () => undefined, limitOf: () => undefined };
