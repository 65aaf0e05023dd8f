import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProxyAgent, fetch as proxiedFetch } from 'undici';
import { makeLayer, writeImage } from '../cluster/node/images.ts';
import { nodeLayer } from '../cluster/node/node-images.ts';
import { objects, template } from '../server/chart.ts';
import { realNode } from '../server/environment.ts';
import { connectTo } from '../server/http-process.ts';
import { buildImage } from '../server/image.ts';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';
import { applyPods, script } from './pods.ts';
import { waitFor } from './waiting.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SEED_PORT = 30080;
const REPLICAS_PORT = 30081;
const SCALED_PORT = 30082;

describe('the server in a cluster', () => {
  const namespace = scratchNamespace();
  let folder: string;
  let address: string;
  /** As a program on the node's network does it. */
  let fetch: typeof globalThis.fetch;
  let proxy: ProxyAgent;
  /** What deleting the namespace leaves behind. */
  const clusterWide: string[] = [];

  before(async function () {
    // Bundling the server again is slow on a busy machine.
    this.timeout(300_000);
    const node = await realNode();
    ({ address } = node);
    proxy = new ProxyAgent({ uri: node.proxy.href, proxyTunnel: true });
    fetch = ((url: string, init: object) => proxiedFetch(url, { ...init, dispatcher: proxy })) as typeof fetch;
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-image-'));
    await importServer(node.importImage);
    const account = `--serviceaccount=${namespace.name}:dify`;
    await kubectl('create', 'serviceaccount', 'dify', '-n', namespace.name);
    await kubectl('create', 'clusterrolebinding', namespace.name, '--clusterrole=view', account);
    clusterWide.push(`clusterrolebinding/${namespace.name}`);
    await applyPods(namespace.name, {
      name: 'dify',
      serviceAccountName: 'dify',
      containers: [script('exec sleep infinity')],
    });
  });
  after(async () => {
    await kubectl('delete', ...clusterWide, '--ignore-not-found');
    await proxy.close();
    await rm(folder, { recursive: true });
  });

  /** The Dockerfile's image, under the name that the chart expects. */
  async function importServer(importImage: (file: string) => Promise<void>): Promise<void> {
    const stages = join(folder, 'stages');
    await mkdir(stages);
    const image = await buildImage({ dockerfile: join(ROOT, 'deploy/Dockerfile'), context: ROOT, folder: stages });
    const layers = [await nodeLayer(), await makeLayer(image.root, join(folder, 'server.layer'))];
    const Env = Object.entries(image.env).map(([name, value]) => `${name}=${value}`);
    const file = join(folder, 'server.tar');
    await writeImage(file, await imageName(), layers, { Env, User: image.user, Entrypoint: image.entrypoint });
    await importImage(file);
  }

  async function imageName(): Promise<string> {
    const [, name] = /image: "(.*)"/.exec(await template('mcp-k8s', namespace.name)) ?? [];
    assert.ok(name);
    return name;
  }

  /**
   * Installs the chart with a node port, and waits until that answers. Its NetworkPolicy would let in this namespace
   * alone; the node's network plugin, ptp, enforces none.
   */
  async function install(release: string, port: number, ...values: string[]): Promise<void> {
    const { placement } = await realNode();
    const placed = Object.entries(placement).flatMap(([key, value]) => [
      '--set-json',
      `${key}=${JSON.stringify(value)}`,
    ]);
    const reached = ['service.type=NodePort', `service.nodePort=${port}`, `allowedHosts={${address}}`];
    const set = [...values, ...reached].flatMap((value) => ['--set', value]);
    const manifests = await template(release, namespace.name, ...placed, ...set);
    await apply(manifests);
    for (const { kind, metadata } of objects(manifests))
      if (kind.startsWith('ClusterRole')) clusterWide.push(`${kind}/${metadata.name}`);
    await kubectl('rollout', 'status', '-n', namespace.name, `deployment/${release}`, '--timeout=100s');
    // A pod is ready before every node routes to it.
    await waitFor(
      async () => (await fetch(`http://${address}:${port}/healthz`).catch(() => undefined))?.ok || undefined,
    );
  }

  const tokenOfPod = () =>
    kubectl('exec', '-n', namespace.name, 'dify', '--', 'cat', '/var/run/secrets/kubernetes.io/serviceaccount/token');

  it('serves a client with the token of its pod over SSE and Streamable HTTP at a port of the node', async () => {
    await kubectl('wait', '-n', namespace.name, '--for=condition=Ready', 'pod/dify', '--timeout=60s');
    await install(
      'seed',
      SEED_PORT,
      ...['authentication.mode=pass-through', 'stateless=false', 'sse=true', 'deniedKinds=null'],
      ...['autoscaling.enabled=false', 'replicas=1'],
    );
    const token = await tokenOfPod();
    for (const over of ['sse', 'streamable-http'] as const) {
      const { call } = await connectTo(`http://${address}:${SEED_PORT}`, { over, token, fetch });
      assert.match(await call('list_resources', { kind: 'deploy', namespace: 'live' }), /gateway/, over);
      assert.match(await call('list_resources', { kind: 'secrets', namespace: 'live' }), /forbidden.*:dify/s, over);
    }
    const without = await fetch(`http://${address}:${SEED_PORT}/mcp`, { method: 'POST', body: '{}' });
    assert.equal(without.status, 401);
  });

  it('cannot write to its file system, and is nobody in particular', async () => {
    const node = (code: string) =>
      kubectl('exec', '-n', namespace.name, 'deployment/seed', '--', '/nodejs/bin/node', '-p', code);
    assert.equal(await node('process.getuid()'), '65532');
    await assert.rejects(node('fs.writeFileSync("/app/x", "")'), /EROFS/);
    assert.equal(await node('fs.writeFileSync("/state/x", "")'), 'undefined');
  });

  it('loses no answer while it is replaced under load', async () => {
    await install(
      'replicas',
      REPLICAS_PORT,
      ...['authentication.mode=pass-through', 'deniedKinds=null'],
      ...['autoscaling.enabled=false'],
    );
    const token = await tokenOfPod();
    const outcomes = new Map<string, number>();
    let ended = false;
    const ask = async () => {
      while (!ended) {
        const outcome = await post(REPLICAS_PORT, token).catch((error: Error) => `${error.message}: ${error.cause}`);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    const asking = Promise.all([ask(), ask(), ask()]);
    await kubectl('rollout', 'restart', '-n', namespace.name, 'deployment/replicas');
    await kubectl('rollout', 'status', '-n', namespace.name, 'deployment/replicas', '--timeout=100s');
    // The last old pod goes once it has no clients left.
    await waitFor(async () => {
      const pods = await kubectl(
        'get',
        'pods',
        '-n',
        namespace.name,
        '-l',
        'app.kubernetes.io/instance=replicas',
        '-o',
        'name',
      );
      return pods.split('\n').length === 2 || undefined;
    });
    ended = true;
    await asking;
    assert.deepEqual([...outcomes.keys()], ['200'], JSON.stringify([...outcomes]));
  });

  async function post(port: number, token: string): Promise<string> {
    const answer = await fetch(`http://${address}:${port}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'list_resources', arguments: { kind: 'deploy', namespace: 'live' } },
      }),
    });
    const text = await answer.text();
    return text.includes('gateway') ? String(answer.status) : `${answer.status}: ${text.slice(0, 200)}`;
  }

  it('is scaled by the processor time that it really uses', async () => {
    await install(
      'scaled',
      SCALED_PORT,
      ...['authentication.mode=pass-through', 'deniedKinds=null', 'autoscaling.minReplicas=1'],
      ...['resources.requests.cpu=10m'],
    );
    const token = await tokenOfPod();
    await waitFor(async () => {
      await post(SCALED_PORT, token);
      const place = ['-n', namespace.name, '-o', 'jsonpath={.status.desiredReplicas}'];
      return Number(await kubectl('get', 'hpa', 'scaled', ...place)) > 1 || undefined;
    });
  });
});
