import assert from 'node:assert/strict';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { Caller, type RequestExtra } from '../../../../src/server/core/caller.ts';

describe('a caller', () => {
  it('is told of progress until its request is answered', () => {
    const told: unknown[] = [];
    const extra = {
      _meta: { progressToken: 0 },
      sendNotification: async ({ params }: { params: { progress: number; message: string } }) =>
        void told.push([params.progress, params.message]),
    };
    const caller = new Caller({} as Server, extra as unknown as RequestExtra);
    caller.progress('half');
    caller.progress('nearly all');
    caller.end();
    caller.progress('too late');
    assert.deepEqual(told, [
      [1, 'half'],
      [2, 'nearly all'],
    ]);
  });
});
