import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { joinToPod } from '../../../../src/kubernetes/workloads/port-forward.ts';
import { until } from '../../../support/until.ts';

/** Milliseconds of silence that end a connection. */
const CLOSE_TIMEOUT = 200;
const PIECE = Buffer.alloc(64 << 10, 'x');

/** A connection to a pod: its client, our end of that, our WebSocket and the kubelet's. */
interface Joined {
  client: Socket;
  local: Socket;
  socket: WebSocket;
  kubelet: WebSocket;
}

describe('a connection to a port of a pod', () => {
  let api: WebSocketServer;
  let server: Server;
  before(async () => {
    api = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1');
    await Promise.all([once(api, 'listening'), once(server, 'listening')]);
  });
  after(() => {
    for (const kubelet of api.clients) kubelet.terminate();
    api.close();
    server.close();
  });

  async function join(): Promise<Joined> {
    const accepted = once(server, 'connection');
    const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    const [local] = (await accepted) as [Socket];
    const connected = once(api, 'connection');
    const socket = new WebSocket(`ws://127.0.0.1:${(api.address() as AddressInfo).port}/`, ['v4.channel.k8s.io']);
    socket.once('open', () => socket.pause());
    const webSocket = async () => {
      await once(socket, 'open');
      return socket;
    };
    const place = { namespace: 'shop', pod: 'web-0', port: 80 };
    await joinToPod({ webSocket }, place, local, (problem) => assert.fail(problem), CLOSE_TIMEOUT);
    const [kubelet] = (await connected) as [WebSocket];
    for (const channel of [0, 1]) kubelet.send(Buffer.of(channel, 80, 0));
    return { client, local, socket, kubelet };
  }

  /** The bytes that reach the pod until its connection ends, and how that ends. */
  function taken(kubelet: WebSocket): Promise<{ bytes: number; code: number }> {
    let bytes = 0;
    kubelet.on('message', (message: Buffer) => {
      bytes += message.length - 1;
    });
    return new Promise((resolve) => kubelet.once('close', (code) => resolve({ bytes, code })));
  }

  /** Takes longer than a connection that is silent may. */
  async function beSilent(): Promise<void> {
    const { client, kubelet } = await join();
    const end = taken(kubelet);
    client.resume().end();
    await once(client, 'close');
    await end;
  }

  it('ends in silence once its client has sent all, and that has arrived', async () => {
    const { client, kubelet } = await join();
    const end = taken(kubelet);
    client.resume().end('all');
    await once(client, 'close');
    // 1005: it was closed in order.
    assert.deepEqual(await end, { bytes: 3, code: 1005 });
  });

  it('loses nothing of what a client has sent to a pod that does not read for a while', async () => {
    const { client, local, socket, kubelet } = await join();
    client.resume();
    kubelet.pause();
    const end = taken(kubelet);
    let sent = 0;
    while (socket.bufferedAmount < PIECE.length) {
      client.write(PIECE);
      sent += PIECE.length;
      await until(() => local.bytesRead === sent, 1);
    }
    client.end();
    await once(local, 'end');
    await beSilent();
    assert.ok(socket.bufferedAmount > 0, 'its last bytes wait');
    kubelet.resume();
    assert.deepEqual(await end, { bytes: sent, code: 1005 });
  });

  it('loses nothing of what a pod has sent to a client that does not read for a while', async () => {
    const { client, local, socket, kubelet } = await join();
    const end = taken(kubelet);
    // More than all buffers between the two take, right behind the answer to the ping.
    const message = Buffer.concat([Buffer.of(0), Buffer.alloc(1 << 20)]);
    const count = 32;
    kubelet.once('ping', () => {
      for (let left = count; left > 0; left -= 1) kubelet.send(message);
    });
    client.pause().end();
    await until(() => socket.isPaused);
    await once(local, 'timeout');
    assert.ok(socket.isPaused, 'its last bytes wait');
    let read = 0;
    client.resume().on('data', (data) => {
      read += data.length;
    });
    await once(client, 'close');
    assert.equal(read, count << 20);
    assert.equal((await end).code, 1005);
  });

  it('takes what is on its way with it when it is stopped', async () => {
    const { client, local, kubelet } = await join();
    kubelet.pause();
    const end = taken(kubelet);
    client.end(PIECE);
    await once(local, 'end');
    local.destroy();
    kubelet.resume();
    assert.equal((await end).code, 1006);
  });
});
