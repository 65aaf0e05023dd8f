import assert from 'node:assert/strict';
import { helm, startWithCharts, WRITES } from './helm.ts';
import type { McpServer } from './mcp-process.ts';
import { kubectl, scratchNamespace } from './scratch.ts';

describe('Helm changes', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  before(async () => {
    server = await startWithCharts('--namespace', namespace.name, ...WRITES);
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

  it('that fail say what is not ready and why, and how to go back', async () => {
    await server.text('install_helm_chart', own('shaky'));
    const values = '{"image": "nginx:2", "podAnnotations": {"demo.mcp-k8s/behaviour": "crash-loop"}}';
    const error = await server.error('upgrade_helm_chart', { name: 'shaky', values, wait: true, timeoutSeconds: 8 });
    assert.match(error, /^Helm failed: release shaky in namespace/);
    assert.match(error, /Not ready: Deployment shaky: /);
    assert.match(error, /CrashLoopBackOff|exit code|restart/i);
    assert.match(
      error,
      new RegExp(`rollback_helm_release name=shaky namespace=${namespace.name} revision=1 goes back`),
    );
    const digest = await server.text('diagnose_resource', { kind: 'helmrelease', name: 'shaky' });
    assert.match(digest, /: failed, revision 2/);
    assert.match(digest, /Revision 1 was the last that worked/);
    assert.match(digest, /Deployment shaky: /);
    await server.text('rollback_helm_release', { name: 'shaky', wait: true });
    assert.match(
      await server.text('diagnose_resource', { kind: 'HelmRelease', name: 'shaky' }),
      /deployed, revision 3[\s\S]*Healthy/,
    );
  });

  it('show what somebody has changed since', async () => {
    await server.text('install_helm_chart', own('drifting'));
    await kubectl('scale', 'deploy/drifting', '--replicas=3', '-n', namespace.name);
    assert.match(
      await server.text('diagnose_resource', { kind: 'helmrelease', name: 'drifting' }),
      /deployments\.apps drifting \.spec\.replicas: 1 in the manifest, 3 live \(by kubectl/,
    );
  });

  it('run the hooks that were reviewed', async () => {
    const values = JSON.stringify({ hook: true });
    const dry = await server.text('install_helm_chart', own('hooked', { values, dryRun: true }));
    assert.match(dry, /create Job hooked-migrate/);
    await server.text('install_helm_chart', own('hooked', { values }));
    assert.match(await kubectl('get', 'job', 'hooked-migrate', '-n', namespace.name, '-o', 'name'), /job/);
    await server.text('upgrade_helm_chart', { name: 'hooked', values: 'greeting: again' });
  });

  it('write what a chart makes up where that is only a secret', async () => {
    const text = await server.text('install_helm_chart', own('random', { values: 'random: true' }));
    assert.match(text, /create Secret random/);
    const token = await kubectl('get', 'secret', 'random', '-n', namespace.name, '-o', 'jsonpath={.data.token}');
    assert.ok(token.length > 20);
    assert.match(
      await server.error('install_helm_chart', own('random2', { values: 'randomArgs: true' })),
      /The chart makes \.spec\.template\.spec\.containers\[0\]\.args\[0\] of deployments\.apps random2 up anew each time/,
    );
  });

  it('render charts of the workspace by kind, or single objects', async () => {
    const summary = await server.text('render_helm_chart', { chart: 'web' });
    assert.match(summary, /^web renders to 3 objects/);
    const one = await server.text('render_helm_chart', { chart: 'web', object: 'Deployment', values: 'image: x:1' });
    assert.match(one, /image: x:1/);
    assert.match(
      await server.error('render_helm_chart', { chart: 'web', values: 'auth: 1' }),
      /cannot be rendered[\s\S]*objects\.yaml/,
    );
  });

  it('create the namespace and the kinds that they bring', async () => {
    const place = `${namespace.name}-new`;
    const call = { name: 'gadgets', chart: 'gadgets', namespace: place, createNamespace: true, wait: false };
    try {
      const dry = await server.text('install_helm_chart', { ...call, dryRun: true });
      for (const line of ['create Namespace', 'create CustomResourceDefinition', 'create ConfigMap gadgets'])
        assert.match(dry, new RegExp(`^${line}`, 'm'));
      assert.equal(await kubectl('get', 'namespace', place, '--ignore-not-found'), '');
      await server.text('install_helm_chart', call);
      assert.match(
        await kubectl('get', 'cm,gadgets.helm.mcp-k8s.test', '-n', place, '-o', 'name'),
        /configmap\/gadgets/,
      );
    } finally {
      await kubectl('delete', 'crd', 'gadgets.helm.mcp-k8s.test', '--ignore-not-found');
      await kubectl('delete', 'namespace', place, '--ignore-not-found', '--wait=false');
    }
  });

  it('that are called off leave a release that says so', async () => {
    const values = '{"podAnnotations": {"demo.mcp-k8s/behaviour": "crash-loop"}}';
    const controller = new AbortController();
    const told: string[] = [];
    const call = server.client.callTool(
      { name: 'install_helm_chart', arguments: own('late', { values, wait: true, timeoutSeconds: 600 }) },
      undefined,
      {
        signal: controller.signal,
        onprogress: ({ message = '' }) => {
          told.push(message);
          // At first Helm may not have created anything.
          if (message.startsWith('Waiting for Deployment late: ')) controller.abort();
        },
      },
    );
    await assert.rejects(call);
    assert.match(told.join('\n'), /Waiting for Deployment late: /);
    const status = () =>
      kubectl(
        'get',
        'secret',
        '-n',
        namespace.name,
        '-l',
        'owner=helm,name=late',
        '-o',
        'jsonpath={.items[0].metadata.labels.status}',
      );
    for (let now = await status(); now !== 'failed'; now = await status()) assert.equal(now, 'pending-install');
  });
});
