import assert from 'node:assert/strict';
import { join } from 'node:path';
import { findHelm } from '../cluster/binaries.ts';
import { testCluster } from './environment.ts';
import { CHART, helm, helmHome } from './helm.ts';
import { McpServer } from './mcp-process.ts';
import { kubectl, scratchNamespace } from './scratch.ts';

const WRITES = ['install', 'upgrade', 'rollback', 'uninstall'].map((name) => `--enable-helm-${name}`);

/** A server in the folder of the test charts, that may do what its flags say. */
async function start(...args: string[]): Promise<McpServer> {
  const [{ path }, cluster] = await Promise.all([findHelm(console.error), testCluster()]);
  const kubeconfig = cluster.kubeconfig('admin');
  return McpServer.start(
    kubeconfig,
    [`--helm=${path}`, '--review=off', ...args],
    { HOME: helmHome() },
    {},
    join(CHART, '..'),
  );
}

describe('Helm changes', function () {
  this.timeout(120_000);
  let server: McpServer;
  const namespace = scratchNamespace();
  before(async () => {
    server = await start('--namespace', namespace.name, ...WRITES);
  });
  after(() => server.stop());
  const own = (name: string, more: object = {}) => ({ name, chart: './web', wait: false, ...more });
  const names = async (kind: string) =>
    (await kubectl('get', kind, '-n', namespace.name, '-o', 'jsonpath={.items[*].metadata.name}')).split(' ');

  it('install, upgrade, roll back and uninstall as helm does', async () => {
    const dry = await server.text('install_helm_chart', own('web', { dryRun: true }));
    assert.match(dry, /^Dry run, nothing was changed/);
    assert.match(dry, /create Deployment web\n[\s\S]*image: nginx:1\.27/);
    assert.deepEqual(await names('deploy'), ['']);
    const installed = await server.text('install_helm_chart', own('web', { wait: true, values: 'greeting: hi' }));
    assert.match(installed, /^Installed web-1\.0\.0/);
    assert.match(installed, /create Deployment web/);
    assert.match(installed, /Everything is ready\./);
    assert.match(await helm('status', 'web', '-n', namespace.name), /STATUS: deployed/);
    const diff = await server.text('upgrade_helm_chart', { name: 'web', values: 'replicas: 2', dryRun: true });
    assert.match(diff, /update Deployment web\n[\s\S]*- {2}replicas: 1\n\+ {2}replicas: 2/);
    const upgraded = await server.text('upgrade_helm_chart', {
      name: 'web',
      values: '{"replicas": 2, "serviceAccount": true}',
    });
    assert.match(upgraded, /^Upgraded to web-1\.0\.0, revision 2/);
    assert.match(upgraded, /create ServiceAccount web/);
    assert.match(await helm('get', 'values', 'web', '-n', namespace.name), /greeting: hi\nreplicas: 2/);
    const back = await server.text('rollback_helm_release', { name: 'web', revision: 1 });
    assert.match(back, /^Rolled back to revision 1, which is now revision 3/);
    assert.match(back, /delete ServiceAccount web/);
    assert.equal((await names('sa')).includes('web'), false);
    const kept = await server.text('uninstall_helm_release', { name: 'web', keepHistory: true });
    assert.match(kept, /^Uninstalled, its history kept[\s\S]*delete Deployment web/);
    assert.deepEqual(await names('deploy'), ['']);
    assert.match(await server.text('list_helm_releases', { namespace: namespace.name }), /\tweb\t3\tuninstalled\t/);
    await server.text('uninstall_helm_release', { name: 'web' });
  });
});
