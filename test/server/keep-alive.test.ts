import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { pathOf } from '../../src/kubernetes/apimachinery/api-resource.ts';
import type { KubernetesList } from '../../src/kubernetes/apimachinery/objects.ts';
import { kinds } from '../../src/kubernetes/apimachinery/well-known-kinds.ts';
import { ApiClient } from '../../src/kubernetes/client/client.ts';
import { Credentials } from '../../src/kubernetes/client/credentials.ts';
import { type ContextEntry, findContext, loadKubeconfig, serverOf } from '../../src/kubernetes/client/kubeconfig.ts';
import { openWebSocket } from '../../src/kubernetes/client/web-socket.ts';
import { CHANNELS, commandRequest } from '../../src/kubernetes/workloads/exec.ts';
import { UNGUARDED } from '../support/unguarded.ts';
import { testCluster } from './environment.ts';

const BEHIND = Buffer.from('behind');

// If it did not, our pings would end every idle session.
describe('a real API server answers pings', () => {
  let context: ContextEntry;
  let client: ApiClient;
  let pod: string;

  before(async () => {
    context = findContext(await loadKubeconfig([(await testCluster()).kubeconfig('admin')]), 'admin');
    client = new ApiClient(context, UNGUARDED);
    const query = { labelSelector: 'app=web' };
    const { items } = await client.json<KubernetesList>({ path: pathOf(kinds.pods, 'shop'), query });
    pod = items?.[0]?.metadata?.name ?? '';
  });
  after(() => client.close());

  async function assertAnswers(socket: WebSocket): Promise<void> {
    socket.resume();
    for (const time of ['first', 'second', 'third']) {
      const answer = once(socket, 'pong');
      socket.ping(time);
      assert.equal(String((await answer)[0]), time);
    }
    socket.terminate();
  }

  it('of a terminal where nobody types', async () => {
    const request = { namespace: 'shop', pod, container: 'web', command: ['sh'] };
    await assertAnswers(await client.webSocket(commandRequest(request, ['stdin', 'stdout', 'tty'])));
  });

  it('of a command that says nothing', async () => {
    const request = { namespace: 'shop', pod, container: 'web', command: ['sleep', '20'] };
    await assertAnswers(await client.webSocket(commandRequest(request, ['stdout', 'stderr'])));
  });

  it('of a forwarded port that nobody uses', async () => {
    const path = pathOf(kinds.pods, 'shop', pod, 'portforward');
    const query = new URLSearchParams({ ports: '80' });
    await assertAnswers(await client.webSocket({ path, query, protocols: ['v4.channel.k8s.io'] }));
  });

  it('behind input that a command does not read, once it does, and the session lives until then', async () => {
    // More than all buffers between the two take, and pings that are soon missed.
    const [size, interval] = [64 << 20, 200];
    const command = ['sh', '-c', `sleep 3; echo late; head -c ${size} | wc -c`];
    const { path, query, protocols } = commandRequest({ namespace: 'shop', pod, container: 'web', command }, [
      'stdin',
      'stdout',
      'stderr',
    ]);
    const options = await new Credentials(context).socketOptions();
    const url = new URL(`${serverOf(context)}${path}?${query}`);
    const { socket } = await openWebSocket(url, protocols, options, new AbortController().signal, interval);
    const seen: string[] = [];
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', ({ message }) => seen.push(message));
    socket.on('message', (message: Buffer) => {
      if (message[0] !== CHANNELS.status && message.length > 1) seen.push(message.subarray(1).toString().trim());
    });
    socket.on('pong', (content) => {
      if (content.equals(BEHIND)) seen.push('pong');
    });
    socket.resume();
    const piece = Buffer.alloc(32 << 10);
    for (let left = size; left > 0; left -= piece.length)
      socket.send(Buffer.concat([Buffer.of(CHANNELS.stdin), piece]));
    socket.ping(BEHIND);
    await ended;
    const [first, ...others] = seen;
    assert.deepEqual([first, others.toSorted()], ['late', [String(size), 'pong']]);
  });
});
