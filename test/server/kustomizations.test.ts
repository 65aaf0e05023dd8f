import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findKubectl } from '../cluster/binaries.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { fieldOf, kubectl, scratchNamespace } from './scratch.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "nginx:1.29" }] }
`;
const OVERLAY = `resources: [../base]
namePrefix: prod-
replicas: [{ name: web, count: 3 }]
images: [{ name: nginx, newTag: "1.30" }]
configMapGenerator: [{ name: settings, files: [app.conf] }]
secretGenerator: [{ name: login, literals: ["password=correct-horse-battery"] }]
generatorOptions: { disableNameSuffixHash: true }
`;

describe('kustomizations of the workspace', () => {
  const namespace = scratchNamespace();
  let workspace: string;
  let server: McpServer;
  const start = (env: Record<string, string>, ...args: string[]) =>
    testCluster().then(({ kubeconfig }) =>
      McpServer.start(
        kubeconfig('admin'),
        ['--namespace', namespace.name, '--journal', '/dev/null', ...args],
        env,
        {},
        workspace,
      ),
    );

  before(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'workspace-'));
    for (const [name, text] of [
      ['base/kustomization.yaml', 'resources: [web.yaml]\n'],
      ['base/web.yaml', DEPLOYMENT],
      ['prod/kustomization.yaml', OVERLAY],
      ['prod/app.conf', 'port: 80\n'],
      ['remote/kustomization.yaml', 'resources: ["https://example.com/a.yaml"]\n'],
      [
        'broken/kustomization.yaml',
        'resources: [web.yaml]\npatches: [{ patch: "- op: remove\\n  path: /none", target: { kind: Deployment } }]\n',
      ],
      ['broken/web.yaml', DEPLOYMENT],
    ] as const) {
      await mkdir(dirname(join(workspace, name)), { recursive: true });
      await writeFile(join(workspace, name), text);
    }
    const path = dirname((await findKubectl(console.error)).path);
    server = await start({ PATH: path }, '--enable-create', '--enable-update');
  });
  after(async () => {
    await server.stop();
    await rm(workspace, { recursive: true });
  });

  it('are applied and compared as kubectl builds them', async () => {
    const missing = await server.text('compare_resources', { path: 'prod' });
    assert.match(missing, /^3 objects \(context admin, prod, built by kubectl\): 3 missing\n/);
    const dry = await server.text('apply_manifest', { path: 'prod', dryRun: true });
    assert.match(dry, /^Dry run, nothing was changed\. In context admin, prod, built by kubectl:\nwould be created: /);
    const applied = await server.text('apply_manifest', { path: join(workspace, 'prod/kustomization.yaml') });
    assert.equal([...applied.matchAll(/^created: /gm)].length, 3, applied);
    assert.ok(!`${missing}${dry}${applied}`.includes('correct-horse-battery'));
    assert.equal(
      await fieldOf(
        '{.spec.replicas} {.spec.template.spec.containers[0].image}',
        'deploy/prod-web',
        '-n',
        namespace.name,
      ),
      '3 nginx:1.30',
    );
    await kubectl('scale', 'deploy/prod-web', '--replicas=1', '-n', namespace.name);
    const drift = await server.text('compare_resources', { path: 'prod' });
    assert.match(drift, /: 1 differs, 2 same\n/);
    assert.match(drift, /\n {2}\.?spec\.replicas: 1 -> 3/);
    const file = await server.text('compare_resources', { path: 'base/web.yaml' });
    assert.match(file, /^missing: .*"web".* \(context admin, base\/web\.yaml\)/);
  });

  it('teach what is not built, and why', async () => {
    const refused = (args: object) => server.error('apply_manifest', { ...args });
    assert.match(
      await refused({ path: 'remote' }),
      /remote\/kustomization\.yaml loads "https:.*nothing is loaded from elsewhere/,
    );
    assert.match(await refused({ path: '../x' }), /is outside of the workspace/);
    const broken = await refused({ path: 'broken' });
    assert.match(broken, /^The kustomization cannot be built\. kubectl says: /);
    assert.ok(!broken.includes(tmpdir()), broken);
    assert.match(await refused({ path: 'base', manifest: DEPLOYMENT }), /^Give manifest or path, not both\./);
    assert.match(await refused({}), /^manifest is missing: its text, or the path/);
  });

  it('are not built without a program, by one of the workspace, or for a caller elsewhere', async () => {
    const programs = join(workspace, 'bin');
    await mkdir(programs);
    await writeFile(join(programs, 'kustomize'), `#!/bin/sh\ntouch ${workspace}/ran\n`, { mode: 0o755 });
    const bare = await start({ PATH: programs }, '--distrust', workspace);
    try {
      const compare = (path: string) => bare.call('compare_resources', { path });
      assert.match((await compare('prod')).text, /built by kustomize or kubectl, and neither is on PATH\. Install one/);
      // A file needs no program.
      assert.match((await compare('base/web.yaml')).text, /^missing: /);
    } finally {
      await bare.stop();
    }
  });
});
