import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { startWithCharts, WRITES } from './helm.ts';
import { HttpServer } from './http-process.ts';
import { modernHeaders, modernRequest } from './modern-client.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } };

interface Answer {
  result?: Told;
  error?: { code: number; message: string; data?: object };
}

interface Told {
  resultType: string;
  taskId?: string;
  status?: string;
  statusMessage?: string;
  ttlMs?: number;
  pollIntervalMs?: number;
  result?: { isError?: boolean; content: { text: string }[] };
  content?: { text: string }[];
  capabilities?: { extensions?: object };
}

/** How requests get to a server. */
type Ask = (method: string, params?: Record<string, unknown>, capabilities?: object) => Promise<Answer>;

describe('tasks', () => {
  const space = scratchNamespace();
  let folder: string;
  let kubeconfig: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-tasks-'));
    kubeconfig = (await testCluster()).kubeconfig('admin');
  });
  after(() => rm(folder, { recursive: true }));

  const over =
    (server: HttpServer): Ask =>
    async (method, params = {}, capabilities = TASKS) => {
      const named = params.taskId ?? params.name;
      const response = await fetch(server.url('/mcp'), {
        method: 'POST',
        headers: {
          ...modernHeaders(method, named === undefined ? undefined : String(named)),
          'content-type': 'application/json',
          accept: 'application/json',
        },
        body: JSON.stringify(modernRequest(method, params, capabilities)),
      });
      return (await response.json()) as Answer;
    };
  const wait = (name: string, timeoutSeconds = 300) => ({
    name: 'wait_for_resource',
    arguments: { kind: 'cm', name, namespace: space.name, for: '.data.state=done', timeoutSeconds },
  });
  const map = (name: string, state: string) =>
    apply(
      `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, namespace: ${space.name}}, data: {state: ${state}}}`,
    );

  /** The task when it has ended. */
  async function ended(ask: Ask, taskId: unknown): Promise<Told | undefined> {
    let told: Told | undefined;
    await until(async () => {
      told = (await ask('tasks/get', { taskId })).result;
      return told?.status !== 'working';
    });
    return told;
  }

  it('are long waits over HTTP, for a client that knows them: the result comes later, or they are cancelled', async () => {
    const ask = over(await HttpServer.start(['--kubeconfig', kubeconfig]));
    const discovered = await ask('server/discover');
    assert.deepEqual(discovered.result?.capabilities?.extensions, TASKS.extensions);
    for (const name of ['one', 'two']) await map(name, 'begun');
    const [one, two, unaware] = await Promise.all([
      ask('tools/call', wait('one')),
      ask('tools/call', wait('two')),
      ask('tools/call', wait('two', 6), {}),
    ]);
    assert.equal(unaware.result?.resultType, 'complete');
    assert.match(unaware.result?.content?.[0]?.text ?? '', /two/);
    for (const { result } of [one, two]) {
      assert.deepEqual([result?.resultType, result?.status, result?.content], ['task', 'working', undefined]);
      assert.ok(result?.ttlMs && result.pollIntervalMs);
    }
    const { taskId } = one.result ?? {};
    const working = await ask('tasks/get', { taskId });
    assert.deepEqual([working.result?.status, working.result?.resultType], ['working', 'complete']);

    await map('one', 'done');
    const done = await ended(ask, taskId);
    assert.equal(done?.status, 'completed');
    assert.match(done?.result?.content[0]?.text ?? '', /state=done/);

    assert.equal((await ask('tasks/cancel', { taskId: two.result?.taskId })).result?.resultType, 'complete');
    assert.equal((await ask('tasks/get', { taskId: two.result?.taskId })).result?.status, 'cancelled');

    assert.equal((await ask('tasks/get', { taskId: 'unknown' })).error?.code, -32602);
    assert.equal((await ask('tasks/update', { taskId, inputResponses: {} })).result?.resultType, 'complete');
    assert.equal((await ask('tasks/result', { taskId })).error?.code, -32601);
    const refused = await ask('tasks/get', { taskId }, {});
    assert.deepEqual([refused.error?.code, refused.error?.data], [-32021, { requiredCapabilities: TASKS }]);
  });

  it('are none where there are replicas, which would know nothing of them', async () => {
    const key = join(folder, 'key');
    await writeFile(key, randomBytes(32));
    const ask = over(await HttpServer.start(['--kubeconfig', kubeconfig, '--review-key-file', key]));
    assert.equal((await ask('server/discover')).result?.capabilities?.extensions, undefined);
    assert.equal((await ask('tasks/get', { taskId: 'x' })).error?.code, -32601);
  });

  it('are changes with Helm that wait, over stdio', async () => {
    const server = await startWithCharts('--namespace', space.name, ...WRITES);
    try {
      const ask: Ask = async (method, params = {}) => {
        const { params: sent } = modernRequest(method, params, TASKS);
        return {
          result: (await server.client.request({ method, params: sent }, z.looseObject({}))) as unknown as Told,
        };
      };
      await server.text('install_helm_chart', { name: 'shaky', chart: './web', wait: false });
      const values = '{"image": "nginx:2", "podAnnotations": {"demo.mcp-k8s/behaviour": "crash-loop"}}';
      const upgrade = { name: 'shaky', values, wait: true, timeoutSeconds: 8 };
      const { result } = await ask('tools/call', { name: 'upgrade_helm_chart', arguments: upgrade });
      assert.equal(result?.resultType, 'task');
      const told = await ended(ask, result?.taskId);
      assert.deepEqual([told?.status, told?.result?.isError], ['completed', true]);
      assert.match(
        told?.result?.content[0]?.text ?? '',
        /^Helm failed: release shaky.*[\s\S]*Not ready: Deployment shaky/,
      );
      assert.match(await kubectl('get', 'deploy', 'shaky', '-n', space.name, '-o', 'name'), /shaky/);
    } finally {
      await server.stop();
    }
  });
});
