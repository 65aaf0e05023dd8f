import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type Session, Sessions } from '../../../../src/server/http/sessions.ts';
import { PendingRequests } from '../../../../src/server/mcp/pending-requests.ts';

const LONG_AGO_MS = 60_000;

function identity(owner: string) {
  return { name: owner, user: owner, owner, token: undefined, claims: {} };
}

function session(id: string, { owner = 'a', unused = LONG_AGO_MS, isOpen = false } = {}): Session {
  const transport = { start: async () => {}, send: async () => {}, close: async () => {} };
  return {
    id,
    kind: 'streamable-http',
    transport,
    identity: identity(owner),
    pending: new PendingRequests(transport),
    open: new Set(isOpen ? [{} as ServerResponse] : []),
    used: performance.now() - unused,
  };
}

function sessions(...given: Session[]): Sessions {
  const all = new Sessions(given.length);
  for (const one of given) all.add(one);
  return all;
}

const ids = (all: Sessions) => all.list().map(({ id }) => id);

describe('sessions', () => {
  it('make room by ending the one that their caller has not used for longest', () => {
    const all = sessions(session('1'), session('2', { unused: 2 * LONG_AGO_MS }), session('3'));
    all.makeRoom(identity('a'));
    assert.deepEqual(ids(all), ['1', '3']);
  });

  it('do not end what someone waits for, what was used just now, or what is of a caller with as few', () => {
    const others = [session('1', { isOpen: true }), session('2', { unused: 0 }), session('3', { owner: 'b' })];
    const all = sessions(...others);
    assert.throws(() => all.makeRoom(identity('a')), { status: 503 });
    assert.deepEqual(ids(all), ['1', '2', '3']);
  });

  it('take one from the caller with the most for a caller with fewer', () => {
    const all = sessions(session('1', { unused: 0 }), session('2', { unused: 5 }), session('3', { unused: 0 }));
    all.makeRoom(identity('b'));
    assert.deepEqual(ids(all), ['1', '3']);
  });
});
