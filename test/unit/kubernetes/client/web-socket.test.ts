import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { openWebSocket } from '../../../../src/kubernetes/client/web-socket.ts';
import { webSocketServer } from '../../../support/web-socket.ts';

/** Milliseconds between pings. */
const INTERVAL = 20;

describe('a WebSocket', () => {
  const { signal } = new AbortController();
  const listen = webSocketServer();

  async function connect(autoPong: boolean): Promise<{ socket: WebSocket; peer: WebSocket }> {
    const { url, peer } = await listen(autoPong);
    const { socket } = await openWebSocket(url, ['a'], {}, signal, INTERVAL);
    return { socket, peer: await peer };
  }

  /** Waits for this many more pings. */
  async function pings(peer: WebSocket, count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) await once(peer, 'ping');
  }

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
});
