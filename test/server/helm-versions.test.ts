import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findHelm, findHelm3 } from '../cluster/binaries.ts';
import { testCluster } from './environment.ts';
import { CHART, helm, WRITES } from './helm.ts';
import { McpServer } from './mcp-process.ts';
import { startRegistry, type TestRegistry } from './registry.ts';
import { fieldOf, scratchNamespace } from './scratch.ts';

const LOGIN = ['ada', 'registry-pass-4711-secret'] as const;
const VERSIONS = { 4: findHelm, 3: findHelm3 };

describe('Charts of a registry, with each version of Helm', function () {
  this.timeout(300_000);
  const namespace = scratchNamespace();
  let folder: string;
  let registry: TestRegistry;
  let chart: string;

  /** What a user of this version has and does: an own home, and the registry's authority. */
  const environment = (version: string) => ({
    PATH: process.env.PATH ?? '',
    HOME: join(folder, version),
    SSL_CERT_FILE: registry.authority,
  });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'helm-versions-'));
    registry = await startRegistry(...LOGIN);
    chart = `oci://${registry.host}/charts/web`;
    await helm('package', CHART, '--destination', folder);
  });
  after(async () => {
    await registry.stop();
    await rm(folder, { recursive: true });
  });

  for (const [version, find] of Object.entries(VERSIONS))
    it(`Helm ${version} logs in, pushes and installs; upgrades, rolls back and uninstalls follow`, async () => {
      const [{ path }, cluster] = await Promise.all([find(console.error), testCluster()]);
      await mkdir(join(folder, version));
      const env = environment(version);
      const flags = [`--helm=${path}`, '--review=off', '--namespace', namespace.name, ...WRITES];
      const server = await McpServer.start(cluster.kubeconfig('admin'), [...flags, '--enable-helm-repo-add'], env);
      const own = async (...args: string[]) => promisify(execFile)(path, args, { env });
      const name = `web-${version}`;
      const image = () => fieldOf('{.spec.template.spec.containers[0].image}', 'deploy', name, '-n', namespace.name);
      try {
        assert.equal(await server.text('list_helm_repositories'), 'Helm knows no chart repositories here.');
        const install = { name, chart, version: '1.0.0', wait: false };
        const stranger = await server.error('install_helm_chart', install);
        assert.match(stranger, /cannot be had\. Helm says: .*(401|unauthorized|credential)/is);
        // A login is the user's, as one to a cluster is: a registry is not added.
        const url = `oci://${registry.host}/charts`;
        assert.match(await server.error('add_helm_repository', { name: 'own', url }), /needs no adding.*oci:\/\//);
        await own('registry', 'login', registry.host, `--username=${LOGIN[0]}`, `--password=${LOGIN[1]}`);
        await own('push', join(folder, 'web-1.0.0.tgz'), url);
        const dry = await server.text('install_helm_chart', { ...install, dryRun: true });
        assert.match(dry, /^Dry run, nothing was changed[\s\S]*create Deployment/);
        assert.match(await server.text('install_helm_chart', install), /^Installed web-1\.0\.0/);
        assert.match(
          await server.error('upgrade_helm_chart', { name, chart, version: '9.9.9', wait: false }),
          /cannot be had/,
        );
        const before = await image();
        const values = 'image: nginx:1.28';
        const upgraded = await server.text('upgrade_helm_chart', { name, chart, values, wait: false });
        assert.match(upgraded, /^Upgraded to web-1\.0\.0, revision 2/);
        assert.equal(await image(), 'nginx:1.28');
        assert.match(await server.text('get_helm_release', { name, section: 'values' }), /nginx:1\.28/);
        assert.match(await server.text('rollback_helm_release', { name }), /^Rolled back to revision 1/);
        assert.equal(await image(), before);
        assert.match(await server.text('list_helm_releases', { name }), new RegExp(`\t${name}\t3\tdeployed\t`));
        assert.match(await server.text('uninstall_helm_release', { name }), /^Uninstalled/);
        assert.match(await server.error('get_helm_release', { name }), /There is no Helm release/);
        for (const said of [stranger, upgraded]) assert.ok(!said.includes(LOGIN[1]));
      } finally {
        await server.stop();
      }
    });
});
