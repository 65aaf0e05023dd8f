import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { openWebSocket } from '../../../../src/kubernetes/client/web-socket.ts';
import { TerminalSession } from '../../../../src/kubernetes/workloads/terminal-session.ts';

/** Milliseconds between pings. */
const INTERVAL = 20;

describe('a WebSocket', () => {
  const { signal } = new AbortController();
  let server: WebSocketServer;

  async function connect(autoPong: boolean): Promise<{ socket: WebSocket; peer: WebSocket }> {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const connection = once(server, 'connection');
    const { socket } = await openWebSocket(new URL(`http://127.0.0.1:${port}/`), ['a'], {}, signal, INTERVAL);
    const [peer] = (await connection) as [WebSocket];
    return { socket, peer };
  }

  /** Waits until so many more pings have come. */
  async function pings(peer: WebSocket, count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) await once(peer, 'ping');
  }

  afterEach(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });

  it('that is idle is kept alive', async () => {
    const { socket, peer } = await connect(true);
    socket.resume();
    await pings(peer, 10);
    assert.equal(socket.readyState, socket.OPEN);
  });

  it('whose other side is dead is closed, and says why', async () => {
    const { socket } = await connect(false);
    const errors: string[] = [];
    socket.on('error', ({ message }) => errors.push(message));
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    assert.deepEqual(errors, ['no sign of life for 0.06 s']);
  });

  it('that hears anything is not closed, even without pongs', async () => {
    const { socket, peer } = await connect(false);
    socket.resume();
    peer.on('ping', () => peer.send('output'));
    await pings(peer, 10);
    assert.equal(socket.readyState, socket.OPEN);
  });

  it('that nobody reads is not closed: its pongs wait behind what is not read', async () => {
    const { socket, peer } = await connect(true);
    await pings(peer, 10);
    assert.equal(socket.readyState, socket.OPEN);
    socket.resume();
    await pings(peer, 10);
    assert.equal(socket.readyState, socket.OPEN);
  });

  it('ends the terminal that it carries', async () => {
    const { socket } = await connect(false);
    const client: Pick<ApiClient, 'webSocket'> = { webSocket: async () => socket };
    const request = { namespace: 'a', pod: 'b', container: 'c', command: ['sh'], onOutput: () => {}, signal };
    const session = await TerminalSession.start(client, request);
    assert.deepEqual(await session.ended, { problem: 'The connection was lost: no sign of life for 0.06 s' });
  });
});
