import assert from 'node:assert/strict';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { openWebSocket } from '../../../../src/kubernetes/client/web-socket.ts';
import { TerminalSession } from '../../../../src/kubernetes/workloads/terminal-session.ts';
import { webSocketServer } from '../../../support/web-socket.ts';

describe('TerminalSession', () => {
  const listen = webSocketServer();

  it('ends with the WebSocket that carries it, and says why', async () => {
    const { signal } = new AbortController();
    const { url } = await listen(false);
    const { socket } = await openWebSocket(url, ['a'], {}, signal, 20);
    const client: Pick<ApiClient, 'webSocket'> = { webSocket: async () => socket };
    const request = { namespace: 'a', pod: 'b', container: 'c', command: ['sh'], onOutput: () => {}, signal };
    const session = await TerminalSession.start(client, request);
    assert.deepEqual(await session.ended, { problem: 'The connection was lost: no sign of life for 0.06 s' });
  });
});
