import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { pathOf } from '../../src/kubernetes/apimachinery/api-resource.ts';
import type { KubernetesList } from '../../src/kubernetes/apimachinery/objects.ts';
import { kinds } from '../../src/kubernetes/apimachinery/well-known-kinds.ts';
import { ApiClient } from '../../src/kubernetes/client/client.ts';
import { findContext, loadKubeconfig } from '../../src/kubernetes/client/kubeconfig.ts';
import { commandRequest } from '../../src/kubernetes/workloads/exec.ts';
import { UNGUARDED } from '../support/unguarded.ts';
import { testCluster } from './environment.ts';

// If it did not, our pings would end every idle session.
describe('a real API server answers pings', () => {
  let client: ApiClient;
  let pod: string;

  before(async () => {
    const kubeconfig = await loadKubeconfig([(await testCluster()).kubeconfig('admin')]);
    client = new ApiClient(findContext(kubeconfig, 'admin'), UNGUARDED);
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
});
