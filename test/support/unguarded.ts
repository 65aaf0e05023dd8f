import type { RequestGuard } from '../../src/kubernetes/client/guard.ts';

/** For a client without restrictions. */
export const UNGUARDED: Pick<RequestGuard, 'check' | 'limitOf' | 'standing'> = {
  check: () => undefined,
  limitOf: () => undefined,
  standing: () => ({ signal: new AbortController().signal, end: () => undefined }),
};
