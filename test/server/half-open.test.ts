import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { pathOf } from '../../src/kubernetes/apimachinery/api-resource.ts';
import type { KubernetesList } from '../../src/kubernetes/apimachinery/objects.ts';
import { kinds } from '../../src/kubernetes/apimachinery/well-known-kinds.ts';
import { ApiClient } from '../../src/kubernetes/client/client.ts';
import { findContext, loadKubeconfig } from '../../src/kubernetes/client/kubeconfig.ts';
import { watch } from '../../src/kubernetes/client/watch.ts';
import { commandRequest } from '../../src/kubernetes/workloads/exec.ts';
import { followLog } from '../../src/kubernetes/workloads/log-stream.ts';
import { FrozenProxy } from '../support/frozen-proxy.ts';
import { unhurried } from '../support/load.ts';
import { UNGUARDED } from '../support/unguarded.ts';
import { testCluster } from './environment.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

/** As in client-go: pings after 30 s of silence and waits another 15 s. Milliseconds. */
const NOTICED = 45_000;

describe('connections that are gone without a word', () => {
  const namespace = scratchNamespace();
  const ended = new AbortController();
  const { signal } = ended;
  let proxy: FrozenProxy;
  let client: ApiClient;
  let file: string;
  let pod: string;

  before(async () => {
    const admin = (await testCluster()).kubeconfig('admin');
    const config = parse(await readFile(admin, 'utf8'));
    const { hostname, port } = new URL(config.clusters[0].cluster.server);
    proxy = await FrozenProxy.start({ host: hostname, port: Number(port) });
    config.clusters[0].cluster.server = `https://${hostname}:${proxy.port}`;
    file = `${admin}-frozen`;
    await writeFile(file, stringify(config));
    client = new ApiClient(findContext(await loadKubeconfig([file]), undefined), UNGUARDED);
    const query = { labelSelector: 'app=web' };
    pod =
      (await client.json<KubernetesList>({ path: pathOf(kinds.pods, 'shop'), query })).items?.[0]?.metadata?.name ?? '';
  });
  after(async () => {
    ended.abort();
    client.close();
    await proxy.stop();
    await rm(file);
  });

  const configMap = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace.name} }\n`;

  it('are noticed within 45 s: by watches, logs, terminals, forwarded ports and plain requests', async () => {
    const path = `/api/v1/namespaces/${namespace.name}/configmaps`;
    const changes: string[] = [];
    const watching = (async () => {
      for await (const event of watch(client, { path, signal }))
        if (event.type !== 'SYNC') {
          changes.push(`${event.type} ${event.object.metadata?.name}`);
          if (event.object.metadata?.name === 'after') return;
        }
    })();
    const lines: string[] = [];
    const log = { namespace: 'shop', pod, container: 'web', previous: false, lines: 100, signal };
    void (async () => {
      for await (const { time, text } of followLog(client, log)) lines.push(`${time} ${text}`);
    })().catch(() => undefined);
    const terminal = await client.webSocket(
      commandRequest({ namespace: 'shop', pod, container: 'web', command: ['sh'] }, ['stdin', 'stdout', 'tty']),
    );
    const forward = await client.webSocket({
      path: pathOf(kinds.pods, 'shop', pod, 'portforward'),
      query: new URLSearchParams({ ports: '80' }),
      protocols: ['v4.channel.k8s.io'],
    });
    const closed = [terminal, forward].map((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      return new Promise((resolve) => socket.once('close', resolve));
    });
    // The first lines may come alone.
    const whole = (await kubectl('logs', '-n', 'shop', pod, '-c', 'web', `--tail=${log.lines}`)).split('\n').length;
    while (lines.length < whole || !changes.includes('ADDED kube-root-ca.crt')) await delay(50);
    const before = [...lines];
    const connections = proxy.connections;
    proxy.freeze();
    const frozen = performance.now();
    await apply(configMap('after'));
    const plain = client.json<KubernetesList>({ path });
    await Promise.all([watching, plain, ...closed]);
    const took = unhurried(performance.now() - frozen);
    assert.ok(took < NOTICED, `${took} ms`);
    assert.equal(changes.filter((change) => change === 'ADDED after').length, 1, changes.join(', '));
    assert.ok((await plain).items?.some(({ metadata }) => metadata?.name === 'after'));
    assert.ok(proxy.connections > connections);
    // Log lines already read are not repeated.
    assert.deepEqual(lines, before);
  });
});
