import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { JsonObject, KubernetesObject } from '../../src/kubernetes/apimachinery/objects.ts';
import { Policy } from '../../src/kubernetes/policy.ts';
import { rulesOf, TOOLSETS } from '../../src/kubernetes/rules.ts';
import type { Review, Verdict } from '../../src/protocol.ts';
import { Contexts } from '../../src/server/core/contexts.ts';
import type { EditorLink } from '../../src/server/core/editor-link.ts';
import { OwnContext } from '../../src/server/core/own-context.ts';
import { QuestionSeal } from '../../src/server/mcp/question-seal.ts';
import { createServer } from '../../src/server/mcp/server.ts';
import { listedTools } from '../../src/server/mcp/tool-list.ts';
import { cacheFolder } from '../support/cache.ts';
import { FakeApiServer } from '../support/fake-api-server.ts';
import { DEFAULT_SETTINGS } from '../support/settings.ts';

const POD = '/api/v1/namespaces/shop/pods/web-0';
const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/web';
const CRON_JOB = '/apis/batch/v1/namespaces/shop/cronjobs/report';
const CONFIG_MAP = '/api/v1/namespaces/shop/configmaps/app';
const CHARTED = '/api/v1/namespaces/shop/configmaps/chart';
const NODE = '/api/v1/nodes/n1';
const record = (revision: number) => `/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v${revision}`;

const NEW_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\ndata: {a: b}';
const NEW_JOB = 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: new}\nspec: {template: {spec: {containers: []}}}';
const NEW_SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: new}\nspec: {ports: [{port: 80}]}';
const CHANGED = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {text: new}';

/** A call that writes, and the object that it is about, where that exists. */
type Case = [args: JsonObject, meant?: string];

const pod = { name: 'web-0' };
const web = { kind: 'Deployment', name: 'web' };
const CASES: Record<string, Case[]> = {
  create_resource: [[{ manifest: [NEW_MAP, NEW_JOB, NEW_SERVICE].join('\n---\n') }]],
  apply_manifest: [[{ manifest: `${CHANGED}\n---\n${NEW_JOB}` }, CONFIG_MAP], [{ manifest: NEW_SERVICE }]],
  update_resource: [
    [{ manifest: CHANGED }, CONFIG_MAP],
    [{ kind: 'ConfigMap', name: 'app', patch: '{"data":{"text":"new"}}', patchType: 'merge' }, CONFIG_MAP],
    [
      {
        ...{ kind: 'ConfigMap', name: 'app', patchType: 'json' },
        patch: '[{"op":"replace","path":"/data/text","value":"new"}]',
      },
      CONFIG_MAP,
    ],
  ],
  scale_resource: [[{ ...web, replicas: 3 }, DEPLOYMENT]],
  rollout_resource: [
    [{ ...web, action: 'restart' }, DEPLOYMENT],
    [{ ...web, action: 'pause' }, DEPLOYMENT],
    [{ kind: 'CronJob', names: ['report', 'digest'], action: 'trigger' }, CRON_JOB],
    [{ kind: 'CronJob', name: 'report', action: 'suspend' }, CRON_JOB],
  ],
  delete_resource: [[{ kind: 'ConfigMap', names: ['app', 'chart'] }, CONFIG_MAP]],
  exec_in_pod: [[{ ...pod, command: ['id'] }, POD]],
  copy_files: [
    [{ ...pod, path: '/tmp/a', direction: 'in', content: 'abc' }, POD],
    [{ ...pod, path: '/tmp/a', direction: 'out' }, POD],
  ],
  debug_pod: [[{ ...pod, command: ['id'], image: 'busybox' }, POD], [{ ...pod, command: ['id'], copy: true }]],
  request_service: [[{ name: 'web' }, POD]],
  maintain_node: [
    [{ name: 'n1', action: 'cordon' }, NODE],
    [{ name: 'n1', action: 'taint', taint: 'a=b:NoSchedule' }, NODE],
    [{ name: 'n1', action: 'drain', force: true }, POD],
  ],
  add_helm_repository: [[{ name: 'other', url: 'https://other.test' }]],
  remove_helm_repository: [[{ name: 'known' }]],
  install_helm_chart: [[{ name: 'fresh', chart: 'known/web' }]],
  upgrade_helm_chart: [[{ name: 'web', chart: 'known/web' }, CHARTED]],
  rollback_helm_release: [[{ name: 'web', revision: 1 }, CHARTED]],
  uninstall_helm_release: [
    [{ name: 'web' }, CHARTED],
    [{ name: 'web' }, record(2)],
  ],
};
/** What others change meanwhile, so that another result would be written than was approved. */
const CHANGES: [tool: string, args: JsonObject, path: string, change: JsonObject][] = [
  [
    'rollout_resource',
    { kind: 'CronJob', name: 'report', action: 'trigger' },
    CRON_JOB,
    { spec: { jobTemplate: { spec: { a: 1 } } } },
  ],
  ['rollout_resource', { ...web, action: 'restart' }, DEPLOYMENT, { spec: { replicas: 5 } }],
  ['debug_pod', { ...pod, command: ['id'], copy: true }, POD, { spec: { serviceAccountName: 'admin' } }],
  ['debug_pod', { ...pod, command: ['id'], image: 'busybox' }, POD, { spec: { hostPID: true } }],
  ['update_resource', { manifest: CHANGED }, CONFIG_MAP, { data: { other: 'new' } }],
  ['delete_resource', { kind: 'ConfigMap', name: 'app' }, CONFIG_MAP, { data: { other: 'new' } }],
  ['upgrade_helm_chart', { name: 'web', chart: 'known/web' }, CHARTED, { data: { other: 'new' } }],
];
const writing = listedTools.filter(({ access }) => access !== 'read').map(({ name }) => name);
const isHelm = (tool: string) => tool.includes('helm');
// No script is a program on Windows, so helm is not imitated there.
const runs = (tool: string) => !isHelm(tool) || process.platform !== 'win32';
const cases = Object.entries(CASES)
  .filter(([tool]) => runs(tool))
  .flatMap(([tool, calls]) =>
    calls.map(([args, meant]) => ({ tool, args, meant, title: `${tool} ${JSON.stringify(args).slice(0, 90)}` })),
  );

describe('a call that writes', function () {
  this.timeout(30_000);
  let folder: string;
  let api: FakeApiServer;
  let contexts: Contexts;
  let seal: QuestionSeal;
  const enabled = Object.keys(DEFAULT_SETTINGS).filter((name) => name.startsWith('enable'));
  const switches = Object.fromEntries(enabled.map((name) => [name, true]));
  const policy = new Policy(rulesOf({ ...DEFAULT_SETTINGS, ...switches, toolsets: [...TOOLSETS] }));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-calls-'));
    const helm = pathToFileURL(join(import.meta.dirname, '../support/fake-helm.ts')).href;
    // It starts some two hundred times, and takes twice as long to start if it is compiled each time.
    const lines = [
      `#!${process.execPath}`,
      "import { enableCompileCache } from 'node:module';",
      `enableCompileCache(${JSON.stringify(cacheFolder('compiled'))});`,
      `await import(${JSON.stringify(helm)});`,
    ];
    await writeFile(join(folder, 'helm.mjs'), lines.join('\n'), { mode: 0o700 });
  });
  after(() => rm(folder, { recursive: true }));

  beforeEach(async () => {
    api = new FakeApiServer();
    seal = new QuestionSeal();
    fill(api);
    const kubeconfig = {
      contexts: [{ name: 'a', context: { cluster: 'k', namespace: 'shop' } }],
      clusters: [{ name: 'k', cluster: { server: await api.start() } }],
      'current-context': 'a',
    };
    const path = join(folder, 'config');
    await writeFile(path, JSON.stringify(kubeconfig));
    contexts = new Contexts({
      ...{ kubeconfig: [path], permit: undefined, own: new OwnContext(undefined), namespace: undefined, policy },
      onKubeconfigProblem: (error) => assert.fail(String(error)),
      warn: assert.fail,
    });
  });
  afterEach(async () => {
    contexts.close();
    await api.stop();
  });

  /** The answer to one call of a modern client, or with an editor that reviews. */
  async function call(
    name: string,
    args: JsonObject,
    more: { requestState?: unknown; inputResponses?: object } = {},
    review?: (review: Review) => Verdict,
  ): Promise<JsonObject> {
    const editor: EditorLink | undefined = review && {
      isStarter: true,
      announce: () => undefined,
      agreement: async () => assert.fail(),
      login: async () => undefined,
      review: async (asked) => review(asked),
    };
    const helm = {
      workspace: undefined,
      program: async () => ({ path: join(folder, 'helm.mjs'), version: 'v3.18.0' }),
      kustomize: () => Promise.reject(new Error('There is none.')),
    };
    const server = createServer(
      {
        ...{ version: '1', policy, review: () => 'required' as const, journal: join(folder, 'journal') },
        ...{ helm, seal, prometheus: undefined, editor, log: () => undefined },
      },
      async () => contexts,
    );
    const [mine, its] = InMemoryTransport.createLinkedPair();
    const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
    mine.onmessage = (message) => {
      if ('result' in message) resolve(message.result);
      else if ('error' in message) reject(new Error(message.error.message));
    };
    await server.connect(its);
    await mine.start();
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    };
    const params = { name, arguments: args, _meta, ...more };
    await mine.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    return promise.finally(() => server.close());
  }

  /** The answer, once the user has applied what the question was about. */
  async function applied(tool: string, args: JsonObject, { requestState }: JsonObject): Promise<JsonObject> {
    const inputResponses = { review: { action: 'accept', content: { decision: 'Apply' } } };
    return call(tool, args, { requestState, inputResponses });
  }

  it('is looked at here, whichever tool it is of', () => {
    assert.deepEqual(Object.keys(CASES).sort(), [...writing].sort());
  });

  for (const { tool, args, meant, title } of cases) {
    describe(title, () => {
      it('is done once the user has approved just that', async () => {
        const question = await call(tool, args);
        assert.equal(question.resultType, 'input_required', JSON.stringify(question));
        assert.deepEqual(api.effects, []);
        // Times in what is written are others by then.
        await delay(5);
        const answer = await applied(tool, args, question);
        assert.equal(answer.resultType, 'complete', JSON.stringify(answer));
        assert.ok(!answer.isError, JSON.stringify(answer));
        if (!/helm_repository/.test(tool)) assert.notDeepEqual(api.effects, []);
        // An approval counts once.
        const count = api.effects.length;
        await applied(tool, args, question).catch(() => undefined);
        assert.equal(api.effects.length, count);
      });

      if (meant === undefined) return;

      it('is asked about again when another object has taken the name', async () => {
        const question = await call(tool, args);
        api.replace(meant);
        const answer = await applied(tool, args, question);
        assert.equal(answer.resultType, 'input_required', JSON.stringify(answer));
        assert.deepEqual(api.effects, []);
        const done = await applied(tool, args, answer);
        assert.equal(done.resultType, 'complete', JSON.stringify(done));
        assert.ok(!done.isError, JSON.stringify(done));
      });

      it('does nothing to an object that takes the name while the user decides', async () => {
        let asked = 0;
        const review = () => {
          asked += 1;
          if (asked === 1) api.replace(meant);
          return { applied: asked === 1 };
        };
        await call(tool, args, {}, review);
        assert.ok(asked > 0, 'nobody was asked');
        const { uid } = api.at(meant)?.metadata ?? assert.fail('It is gone.');
        assert.deepEqual(
          api.effects.filter((effect) => effect.uid === uid),
          [],
        );
      });
    });
  }

  for (const [tool, args, path, change] of CHANGES.filter(([name]) => runs(name)))
    it(`is asked about again when ${tool} ${JSON.stringify(args).slice(0, 60)} would write something else`, async () => {
      const question = await call(tool, args);
      api.change(path, change);
      const answer = await applied(tool, args, question);
      assert.equal(answer.resultType, 'input_required', JSON.stringify(answer));
      assert.deepEqual(api.effects, []);
    });
});

function fill(api: FakeApiServer): void {
  const add = (path: string, object: KubernetesObject) => {
    const [, name = ''] = /([^/]+)$/.exec(path) ?? [];
    const namespace = path.includes('/shop/') ? { namespace: 'shop' } : {};
    api.put(path, { ...object, metadata: { name, ...namespace, ...object.metadata } });
  };
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app:1' }] } };
  add('/api/v1/namespaces/shop', { apiVersion: 'v1', kind: 'Namespace' });
  add(NODE, { apiVersion: 'v1', kind: 'Node', spec: {} });
  add(DEPLOYMENT, { apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 1, template } });
  for (const path of [CRON_JOB, CRON_JOB.replace('report', 'digest')])
    add(path, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      spec: { schedule: '@daily', jobTemplate: { spec: { template } } },
    });
  for (const path of [CONFIG_MAP, CHARTED])
    add(path, { apiVersion: 'v1', kind: 'ConfigMap', data: { text: 'is', password: 'is' } });
  add('/api/v1/namespaces/shop/services/web', {
    ...{ apiVersion: 'v1', kind: 'Service' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  add(POD, {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { labels: { app: 'web' } } },
    spec: { nodeName: 'n1', containers: template.spec.containers },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ name: 'app', ready: true, state: { running: {} } }],
    },
  });
  for (const revision of [1, 2]) {
    const release = {
      ...{ name: 'web', namespace: 'shop', version: revision, info: { status: 'deployed' }, hooks: [] },
      chart: { metadata: { name: 'web', version: '1.0.0' } },
    };
    const twice = Buffer.from(Buffer.from(JSON.stringify(release)).toString('base64')).toString('base64');
    const labels = { owner: 'helm', name: 'web', version: String(revision), status: 'deployed' };
    add(record(revision), {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { labels },
      data: { release: twice },
    } as KubernetesObject);
  }
}
