import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { openWebSocket } from '../../../../src/kubernetes/client/web-socket.ts';
import { webSocketServer } from '../../../support/web-socket.ts';

/** Milliseconds between pings. */
const INTERVAL = 20;
/** More than a container can be sent without reading. */
const MUCH = Buffer.alloc(64 << 10);

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

  describe('with data on its way', () => {
    /** Waits for more than the time after which an idle one is closed. */
    async function wait(): Promise<void> {
      const { socket, peer } = await connect(true);
      socket.resume();
      await pings(peer, 10);
      socket.terminate();
    }

    async function problemOf(socket: WebSocket): Promise<string | undefined> {
      let problem: string | undefined;
      socket.on('error', ({ message }) => {
        problem = message;
      });
      await new Promise((resolve) => socket.once('close', resolve));
      return problem;
    }

    it('is not closed while the other side does not read it', async () => {
      const { socket, peer } = await connect(true);
      socket.resume();
      peer.pause();
      socket.send(MUCH);
      await wait();
      assert.equal(socket.readyState, socket.OPEN);
      const read = once(peer, 'message');
      peer.resume();
      assert.equal((await read)[0].length, MUCH.length);
      await pings(peer, 10);
      assert.equal(socket.readyState, socket.OPEN);
    });

    it('is not closed while no more of it can be sent', async () => {
      const { socket, peer } = await connect(true);
      socket.resume();
      peer.pause();
      let count = 0;
      for (; socket.bufferedAmount < MUCH.length; count += 1) {
        socket.send(MUCH);
        await new Promise(setImmediate);
      }
      await wait();
      assert.equal(socket.readyState, socket.OPEN);
      let messages = 0;
      peer.on('message', () => {
        messages += 1;
      });
      peer.resume();
      while (messages < count) await once(peer, 'message');
      await pings(peer, 10);
      assert.equal(socket.readyState, socket.OPEN);
    });

    it('is not closed while it goes out', async () => {
      const { socket, peer } = await connect(false);
      socket.resume();
      let left = 1_000;
      Object.defineProperty(socket, 'bufferedAmount', { get: () => (left -= 1) });
      await pings(peer, 10);
      assert.equal(socket.readyState, socket.OPEN);
    });

    it('is closed in the end', async () => {
      const { socket, peer } = await connect(true);
      socket.resume();
      peer.pause();
      socket.send(MUCH);
      assert.equal(await problemOf(socket), 'no sign of life for 1.8 s');
    });

    it('is closed as an idle one once the other side has read it', async () => {
      const { socket, peer } = await connect(true);
      socket.resume();
      socket.send(MUCH);
      await once(peer, 'message');
      await pings(peer, 1);
      await once(socket, 'pong');
      peer.pause();
      assert.equal(await problemOf(socket), 'no sign of life for 0.06 s');
    });

    it('is closed as an idle one if that was dead before, or if it is too little to be held up', async () => {
      const dead = await connect(false);
      dead.socket.resume();
      await pings(dead.peer, 1);
      dead.socket.send(MUCH);
      const little = await connect(true);
      little.socket.resume();
      little.peer.pause();
      little.socket.send(MUCH.subarray(0, 4_000));
      const problems = await Promise.all([problemOf(dead.socket), problemOf(little.socket)]);
      assert.deepEqual(problems, ['no sign of life for 0.06 s', 'no sign of life for 0.06 s']);
    });
  });
});
