import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { testCluster } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import { McpServer, SERVER } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

/** About 3,000 tokens. */
const MOST = 9_800;

describe('prompts', () => {
  const namespace = scratchNamespace();
  let server: McpServer;
  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'));
  });
  after(() => server.stop());

  async function prompt(name: string, args: Record<string, string> = {}, client = server.client): Promise<string> {
    const { messages } = await client.getPrompt({ name, arguments: args });
    assert.equal(messages.length, 1);
    const [message] = messages;
    assert.equal(message?.role, 'user');
    assert.equal(message?.content.type, 'text');
    const text = message?.content.type === 'text' ? message.content.text : '';
    assert.match(text, /\n<cluster-data context="\w+" time="[^"]+">\n(.|\n)*\n<\/cluster-data>$/);
    assert.ok(text.length < MOST, `${name}: ${text.length} characters`);
    return text;
  }

  it('are listed with their arguments, without asking any cluster', async () => {
    const nowhere = await McpServer.start('/nonexistent');
    const { prompts } = await nowhere.client.listPrompts();
    await nowhere.stop();
    assert.deepEqual(
      prompts.map(({ name, arguments: args = [] }) => [
        name,
        ...args.map((one) => one.name + (one.required ? '*' : '')),
      ]),
      [
        ['diagnose-workload', 'kind*', 'namespace', 'name*'],
        ['cluster-health'],
        ['review-manifest', 'manifest'],
        ['plan-upgrade', 'targetVersion'],
      ],
    );
    for (const { title, description } of prompts) assert.ok(title && description);
  });

  it('take a context where there are several', async () => {
    const several = await McpServer.start((await testCluster()).kubeconfig(), ['--allow-context', 'tenant']);
    try {
      const { prompts } = await several.client.listPrompts();
      for (const { arguments: args = [] } of prompts) assert.equal(args.at(-1)?.name, 'context');
      const text = await prompt('cluster-health', { context: 'tenant' }, several.client);
      assert.match(text, /<cluster-data context="tenant"/);
      await assert.rejects(prompt('cluster-health', { context: 'viewer' }, several.client), /"viewer" is not allowed/);
    } finally {
      await several.stop();
    }
  });

  it('teach about mistakes', async () => {
    await assert.rejects(prompt('diagnose'), /no prompt "diagnose". There are: diagnose-workload/);
    await assert.rejects(prompt('diagnose-workload', { kind: 'deploy', name: ' ' }), /needs name/);
    await assert.rejects(prompt('plan-upgrade', { version: '1.37' }), /no argument version. It takes: targetVersion/);
    await assert.rejects(prompt('plan-upgrade', { targetVersion: 'latest' }), /"latest" is not a version/);
    await assert.rejects(
      prompt('diagnose-workload', { kind: 'deploy', name: 'paymnets', namespace: 'shop' }),
      /no deployments.apps "paymnets" in namespace "shop". Nearest: payments/,
    );
  });

  it('complete their arguments', async () => {
    const complete = async (name: string, argument: string, value: string, chosen = {}) => {
      const { completion } = await server.client.complete({
        ref: { type: 'ref/prompt', name },
        argument: { name: argument, value },
        context: { arguments: chosen },
      });
      return completion.values;
    };
    assert.equal((await complete('diagnose-workload', 'kind', 'sts'))[0], 'statefulsets.apps');
    assert.ok((await complete('diagnose-workload', 'namespace', '', { kind: 'deploy' })).includes('shop'));
    assert.deepEqual(await complete('diagnose-workload', 'name', 'pay', { kind: 'deploy', namespace: 'shop' }), [
      'payments',
    ]);
    const minor = Number(/^v1\.(\d+)/.exec((await testCluster()).versions.kubernetes ?? '')?.[1]);
    assert.deepEqual(
      await complete('plan-upgrade', 'targetVersion', ''),
      [1, 2, 3].map((step) => `1.${minor + step}`),
    );
    await assert.rejects(complete('no-such', 'x', ''), /no prompt "no-such"/);
  });

  it('list nothing where listing is switched off', async () => {
    const closed = await McpServer.start((await testCluster()).kubeconfig('admin'), ['--enable-list=false']);
    try {
      const { prompts } = await closed.client.listPrompts();
      assert.deepEqual(
        prompts.map(({ name }) => name),
        ['diagnose-workload', 'review-manifest'],
      );
      await assert.rejects(
        prompt('cluster-health', {}, closed.client),
        /The prompt cluster-health, which lists objects, is switched off.*mcpK8s\.enableList/,
      );
    } finally {
      await closed.stop();
    }
  });

  describe('diagnose-workload', () => {
    it('holds the digest of the workload', async () => {
      const text = await prompt('diagnose-workload', { kind: 'deploy', name: 'payments', namespace: 'shop' });
      assert.match(text, /deploy shop\/payments/);
      assert.match(text, /CrashLoopBackOff/);
      const digest = await server.text('diagnose_resource', { kind: 'deploy', name: 'payments', namespace: 'shop' });
      // The line above it tells an age, which may be another one by now.
      const cause = digest.split('\n').find((line) => line.startsWith('Cause: '));
      assert.ok(text.includes(cause ?? '?'), `${digest}\n---\n${text}`);
    });
  });

  describe('cluster-health', () => {
    it('shows what is broken in the cluster, and counts the rest', async () => {
      const text = await prompt('cluster-health');
      assert.match(text, /^Cluster of context admin: 3 nodes, 3 ready; \d+ pods, \d+ not ready$/m);
      for (const pod of ['payments', 'recommendations', 'analytics', 'search'])
        assert.match(text, new RegExp(`^Cause: pod shop/${pod}-\\w+-\\w+: `, 'm'));
      assert.doesNotMatch(text, /Deployment shop\/web/);
      assert.match(text, /^Cause: PersistentVolumeClaim shop\/archive: it is Pending/m);
      assert.match(text, /^Warning events, newest first:$/m);
    });

    it('folds pods that fail alike, and stays small', async () => {
      const place = `namespace: ${namespace.name}`;
      await apply(
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: many, ${place} }\nspec:\n  replicas: 40\n  selector: { matchLabels: { app: many } }\n  template:\n    metadata: { labels: { app: many } }\n    spec: { nodeSelector: { no: such }, containers: [{ name: app, image: nginx }] }\n`,
      );
      await kubectl('wait', '-n', namespace.name, 'deploy/many', '--for=jsonpath={.status.replicas}=40');
      try {
        const text = await prompt('cluster-health');
        const lines = text.split('\n').filter((line) => line.includes(`${namespace.name}/many`));
        assert.equal(lines.length, 1, text);
        assert.match(lines[0] ?? '', new RegExp(`^(Cause|Symptom): 40 pods of ${namespace.name}/many: `));
      } finally {
        await kubectl('delete', 'deploy', 'many', '-n', namespace.name);
      }
    });

    it('names what is forbidden and shows the rest', async () => {
      const tenant = await McpServer.start((await testCluster()).kubeconfig('tenant'));
      try {
        const text = await prompt('cluster-health', {}, tenant.client);
        assert.match(
          text,
          /: nodes unknown; 2 pods, 0 not ready\nOnly namespace team-a: this user may not list in all namespaces\.$/m,
        );
        assert.match(text, /^Not readable for this user, so not considered: .*nodes/m);
        assert.doesNotMatch(text, /shop\//);
      } finally {
        await tenant.stop();
      }
    });

    it('looks only into the namespaces that are allowed', async () => {
      const flags = ['team-a', 'team-b'].flatMap((name) => ['--allow-namespace', name]);
      const narrow = await McpServer.start((await testCluster()).kubeconfig('admin'), flags);
      try {
        const text = await prompt('cluster-health', {}, narrow.client);
        assert.match(text, /; 3 pods, 0 not ready\nOnly the allowed namespaces: team-a, team-b\.$/m);
        assert.doesNotMatch(text, /shop\//);
      } finally {
        await narrow.stop();
      }
    });

    it('shows the rest where the API server fails in part', async () => {
      const proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
      const failing = await McpServer.start(proxy.kubeconfig);
      try {
        proxy.fail(({ path }) => path === '/api/v1/pods', { status: 500, reason: 'InternalError' });
        const text = await prompt('cluster-health', {}, failing.client);
        assert.match(text, /: 3 nodes, 3 ready; pods unknown$/m);
        assert.match(text, /^Not readable, so not considered: .*pods \(500\)/m);
      } finally {
        await failing.stop();
        await proxy.stop();
      }
    });
  });

  describe('plan-upgrade', () => {
    it('shows versions, deprecated APIs in use and what hinders draining', async () => {
      await kubectl('get', 'endpoints', '-n', 'shop');
      const place = `namespace: ${namespace.name}`;
      const budget = (name: string, spec: string) =>
        `---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: ${name}, ${place} }\nspec: { ${spec}, selector: { matchLabels: { app: bare } } }\n`;
      await apply(
        `apiVersion: v1\nkind: Pod\nmetadata: { name: bare, ${place}, labels: { app: bare } }\nspec: { containers: [{ name: app, image: nginx }] }\n${budget('strict', 'minAvailable: 1')}${budget('unmanaged', 'maxUnavailable: 1')}`,
      );
      await kubectl('wait', '-n', namespace.name, 'pdb/strict', '--for=jsonpath={.status.expectedPods}=1');
      await kubectl('wait', '-n', namespace.name, 'pdb/unmanaged', '--for=jsonpath={.status.currentHealthy}=1');
      const { kubernetes = '' } = (await testCluster()).versions;
      const text = await prompt('plan-upgrade');
      const next = `1.${Number(/^v1\.(\d+)/.exec(kubernetes)?.[1]) + 1}`;
      assert.match(text, new RegExp(`^API server ${kubernetes}, target ${next}$`, 'm'));
      assert.match(text, new RegExp(`^kubelet: 3 ${kubernetes}$`, 'm'));
      assert.match(text, /^endpoints in v1: deprecated, no removal set$/m);
      assert.match(
        text,
        new RegExp(`^PodDisruptionBudget ${namespace.name}/strict allows no disruption: .* of 1 pods`, 'm'),
      );
      assert.match(
        text,
        new RegExp(`^PodDisruptionBudget ${namespace.name}/unmanaged allows no disruption: its 1 pods have no`, 'm'),
      );
      assert.match(text, new RegExp(`pods without a controller, lost when drained: .*${namespace.name}/bare`));
      assert.match(text, /^Extensions: .*beta\.mcp-k8s\.dev\/v1beta1/m);
      assert.match(
        await prompt('plan-upgrade', { targetVersion: '1.99' }),
        /one minor version at a time: \d+ upgrades/,
      );
      assert.match(await prompt('plan-upgrade', { targetVersion: 'v1.2' }), /does not support downgrades/);
    });

    it('points out what is gone at the target and which webhooks fail closed', async () => {
      const proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
      const asked = await McpServer.start(proxy.kubeconfig);
      const webhook = (name: string, policy: string) =>
        `{ name: ${name}.example.com, failurePolicy: ${policy}, sideEffects: None, admissionReviewVersions: [v1], clientConfig: { service: { name: guard, namespace: shop } }, rules: [{ apiGroups: [no.such.group], apiVersions: [v1], operations: [CREATE], resources: [things] }] }`;
      await apply(
        `apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: { name: ${namespace.name} }\nwebhooks: [${webhook('strict', 'Fail')}, ${webhook('lax', 'Ignore')}]\n`,
      );
      try {
        const metric = (group: string, removed: string, resource: string) =>
          `apiserver_requested_deprecated_apis{group="${group}",removed_release="${removed}",resource="${resource}",subresource="",version="v1beta1"} 1\n`;
        const lines = '# HELP aaa_first x\naaa_first 1\n'.repeat(10_000);
        const found = `${metric('a.k8s.io', '1.98', 'olds')}${metric('b.k8s.io', '1.120', 'laters')}`;
        proxy.fail(({ path }) => path === '/metrics', {
          // Reading to the end would wait forever.
          answer: (response) =>
            response.write(`${lines}# HELP apiserver_requested_deprecated_apis x\n${found}# HELP zzz_last x\n`),
        });
        const text = await prompt('plan-upgrade', { targetVersion: '1.99' }, asked.client);
        assert.match(text, /^olds in a\.k8s\.io\/v1beta1: removed in 1\.98, GONE at the target$/m);
        assert.match(text, /^laters in b\.k8s\.io\/v1beta1: removed in 1\.120$/m);
        assert.match(text, /^Too old for an API server 1\.99, upgrade them first: node-0, node-1, node-2$/m);
        assert.match(text, new RegExp(`^${namespace.name}: served by shop/guard$`, 'm'));
      } finally {
        await kubectl('delete', 'validatingwebhookconfiguration', namespace.name);
        await asked.stop();
        await proxy.stop();
      }
    });

    it('names what the user may not read', async () => {
      const viewer = await McpServer.start((await testCluster()).kubeconfig('viewer'));
      try {
        const text = await prompt('plan-upgrade', {}, viewer.client);
        assert.match(text, /## Deprecated APIs that were requested\nNot permitted: .*\/metrics/);
        assert.match(text, /PodDisruptionBudgets, /);
      } finally {
        await viewer.stop();
      }
    });
  });

  describe('review-manifest', () => {
    let folder: string;
    let client: Client;
    let roots: string[];

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-test-'));
      client = new Client({ name: 'test', version: '1' }, { capabilities: { roots: {} } });
      client.setRequestHandler(ListRootsRequestSchema, () => ({
        roots: roots.map((root) => ({ uri: pathToFileURL(root).href })),
      }));
      const args = [SERVER, '--kubeconfig', (await testCluster()).kubeconfig('admin')];
      await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }));
    });
    after(async () => {
      await client.close();
      await rm(folder, { recursive: true });
    });

    const deployment = (name: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: shop }\nspec:\n  template:\n    spec:\n      serviceAccountName: no-such-account\n      containers:\n      - name: app\n        image: nginx\n        env: [{ name: DB_PASSWORD, value: staple-battery }, { name: A, valueFrom: { configMapKeyRef: { name: no-such-map, key: a } } }, { name: B, valueFrom: { secretKeyRef: { name: beside, key: b } } }]\n`;
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata: { name: beside, namespace: shop }\nstringData: { b: correct-horse }\n';

    it('sets a given manifest against the cluster, secrets redacted', async () => {
      const manifest = `${deployment('web')}---\n${secret}---\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: x }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: 'y', namespace: shopp }\n`;
      const text = await prompt('review-manifest', { manifest });
      assert.match(text, /^Deployment shop\/web: exists since 20/m);
      assert.match(text, /^Deployment shop\/web: refers to ServiceAccount no-such-account, which is neither/m);
      assert.match(text, /^Deployment shop\/web: refers to ConfigMap no-such-map, which is neither/m);
      assert.doesNotMatch(text, /refers to Secret/);
      assert.match(text, /^Secret shop\/beside: new$/m);
      assert.match(text, /not served in "policy\/v1beta1". It is served in: policy\/v1/);
      assert.match(text, /^Service shopp\/y: The namespace "shopp" does not exist; nearest: shop/m);
      assert.match(text, /b: "<redacted>"/);
      assert.doesNotMatch(text, /horse|staple/);
    });

    it('says what is wrong with a text that is no manifest, and quotes none of it', async () => {
      const fails = (manifest: string, expected: RegExp) =>
        assert.rejects(prompt('review-manifest', { manifest }), (error: Error) => {
          assert.match(error.message, expected);
          assert.doesNotMatch(error.message, /horse/);
          return true;
        });
      await fails('password: [correct-horse', /not valid YAML or JSON at line 1/);
      await fails('password: correct-horse', /has no apiVersion/);
      await fails('# nothing', /holds no Kubernetes object/);
    });

    it('finds the manifests of the workspace: those under its roots, and no other file', async () => {
      const workspace = join(folder, 'workspace');
      const outside = join(folder, 'outside');
      for (const path of ['deploy/base', 'chart/templates', 'node_modules/x', '.hidden'])
        await mkdir(join(workspace, path), { recursive: true });
      await mkdir(outside);
      const write = (path: string, content: string) => writeFile(join(folder, path), content);
      const named = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
      await write('workspace/deploy/base/web.yaml', `${deployment('found-web')}---\n${secret}`);
      await write('workspace/top.YML', named('found-top'));
      await write('workspace/deploy/values.yaml', 'password: correct-horse\n');
      await write('workspace/deploy/broken.yaml', 'kind: Secret\nstringData: [correct-horse\n');
      await write('workspace/chart/templates/x.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: {name: {{ .x }}}\n');
      await write('workspace/notes.txt', named('not-yaml'));
      await write('workspace/node_modules/x/a.yaml', named('dependency'));
      await write('workspace/.hidden/a.yaml', named('hidden'));
      await write('outside/secret.yaml', named('outside'));
      await cp((await testCluster()).kubeconfig('viewer'), join(workspace, 'kubeconfig.yaml'));
      await symlink(join(outside, 'secret.yaml'), join(workspace, 'link.yaml'));
      await symlink(outside, join(workspace, 'linked'));
      roots = [workspace];
      const text = await prompt('review-manifest', {}, client);
      const shown = [...text.matchAll(/^--- # (.*)$/gm)].map((match) => match[1]);
      assert.deepEqual(shown, [
        'workspace/top.YML',
        join('workspace', 'deploy', 'base', 'web.yaml'),
        join('workspace', 'deploy', 'base', 'web.yaml'),
      ]);
      assert.match(text, /^Deployment shop\/found-web: new$/m);
      assert.doesNotMatch(text, /horse|staple|outside|token/);
    });

    it('stays small with many manifests, and names those that it leaves out', async () => {
      const many = join(folder, 'many');
      await mkdir(many);
      for (let index = 0; index < 60; index += 1) {
        const data = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: map-${index} }\ndata: { text: "</cluster-data> ${'x'.repeat(400)}" }\n`;
        await writeFile(join(many, `${String(index).padStart(2, '0')}.yaml`), data);
      }
      roots = [many];
      const text = await prompt('review-manifest', {}, client);
      assert.match(text, /Left out for their length.*\n.*ConfigMap map-/);
      assert.match(text, /… and \d+ more/);
      assert.equal(text.split('</cluster-data>').length, 2);
    });

    it('says so where there is no workspace, or nothing in it', async () => {
      await assert.rejects(prompt('review-manifest'), /no workspace to look for manifests in: give the text/);
      roots = [];
      await assert.rejects(prompt('review-manifest', {}, client), /no workspace/);
      roots = [join(folder, 'gone')];
      await assert.rejects(prompt('review-manifest', {}, client), /No YAML file that holds only Kubernetes objects/);
    });
  });
});
