import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHelm } from '../cluster/binaries.ts';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { CHART, helm, helmHome, startWithCharts, WRITES } from './helm.ts';
import { McpServer } from './mcp-process.ts';
import { apply, fieldOf, kubectl, scratchNamespace } from './scratch.ts';

const TOOLS = [
  ...['install_helm_chart', 'upgrade_helm_chart', 'rollback_helm_release', 'uninstall_helm_release'],
  ...['add_helm_repository', 'remove_helm_repository'],
];

describe('What Helm may not do', () => {
  const namespace = scratchNamespace();
  const running: McpServer[] = [];
  const start = async (...args: string[]) => {
    const server = await startWithCharts('--namespace', namespace.name, ...args);
    running.push(server);
    return server;
  };
  after(() => Promise.all(running.map((server) => server.stop())));
  const install = (name: string, more: object = {}) => ({ name, chart: 'web', wait: false, ...more });

  it('is decided by a switch for each operation', async () => {
    const server = await start('--enable-create', '--enable-update', '--enable-delete', '--enable-exec');
    const tools = await server.tools();
    for (const name of TOOLS) {
      assert.ok(!tools.includes(name), name);
      assert.match(
        await server.error(name, install('x')),
        /switched off\. Only the user can switch it on: the setting mcpK8s\.enableHelm/,
      );
    }
    const installing = await start('--enable-helm-install');
    assert.ok((await installing.tools()).includes('install_helm_chart'));
    assert.match(await installing.error('upgrade_helm_chart', install('x', { install: true })), /enableHelmUpgrade/);
    const closed = await start('--toolsets=core', ...WRITES);
    assert.ok(!(await closed.tools()).some((name) => name.includes('helm')));
    for (const name of [...TOOLS, 'list_helm_releases', 'get_helm_release'])
      assert.match(await closed.error(name, { name: 'x' }), /toolset helm, which is switched off.*mcpK8s\.toolsets/);
    const blind = await start('--enable-helm-release-list=false', '--enable-helm-release-get=false');
    assert.match(await blind.error('list_helm_releases'), /enableHelmReleaseList/);
    assert.match(await blind.error('diagnose_resource', { kind: 'helmrelease', name: 'x' }), /enableHelmReleaseGet/);
  });

  it('is what a protected context, a namespace or a kind is closed to', async () => {
    const outside = JSON.stringify({
      extra: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'out', namespace: 'default' } },
    });
    const cluster = JSON.stringify({
      extra: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${namespace.name}-x` } },
    });
    const kept = await start('--allow-namespace', namespace.name, ...WRITES);
    assert.match(
      await kept.error('install_helm_chart', install('out', { values: outside })),
      /Namespace "default" is outside/,
    );
    assert.match(
      await kept.error('install_helm_chart', install('out', { values: cluster })),
      /outside of what is allowed/,
    );
    assert.match(
      await kept.error('install_helm_chart', install('out', { namespace: 'default' })),
      /Namespace "default" is outside/,
    );
    const safe = await start('--protect-context=*', ...WRITES);
    assert.match(await safe.error('install_helm_chart', install('out')), /is protected/);
    const noSecrets = await start('--deny-kind=secrets', ...WRITES);
    assert.match(await noSecrets.error('install_helm_chart', install('out')), /secrets is closed to agents/);
    assert.match(
      await kubectl('get', 'all,cm,secret', '-n', namespace.name, '-o', 'name'),
      /^(configmap\/kube-root-ca\.crt)?$/,
    );
    await helm('install', 'seen', CHART, '-n', namespace.name);
    assert.match(await noSecrets.text('get_helm_release', { name: 'seen' }), /deployed, revision 1/);
    const stored = { kind: 'secret', name: 'sh.helm.release.v1.seen.v1', namespace: namespace.name };
    assert.match(await noSecrets.error('get_resource', stored), /closed to agents/);
    assert.match(
      await noSecrets.error('list_resources', { kind: 'secrets', labelSelector: 'owner=helm' }),
      /closed to agents/,
    );
  });

  it('is what a kind is closed to by any of its names, also one that is new', async () => {
    const group = `late.${namespace.name}.example.com`;
    const values = JSON.stringify({
      extra: { apiVersion: `${group}/v1`, kind: 'Latecomer', metadata: { name: 'late' } },
    });
    const started = () => start(`--deny-kind=Latecomer.${group}`, ...WRITES);
    const server = await started();
    await server.text('list_resources', { kind: 'widgets' });
    await apply(
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: latecomers.${group} }\nspec:\n  group: ${group}\n  scope: Namespaced\n  names: { plural: latecomers, singular: latecomer, kind: Latecomer }\n  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]\n`,
    );
    try {
      await kubectl('wait', '--for=condition=Established', `crd/latecomers.${group}`);
      await until(() =>
        kubectl('get', `latecomers.${group}`, '-n', namespace.name).then(
          () => true,
          () => false,
        ),
      );
      for (const one of [server, await started()])
        assert.match(
          await one.error('install_helm_chart', install('late', { values })),
          /The kind latecomers\..* is closed to agents/,
        );
    } finally {
      await kubectl('delete', 'crd', `latecomers.${group}`);
    }
  });

  it('is told nothing of what a release holds of a closed kind or namespace', async () => {
    await helm('upgrade', '--install', 'held', CHART, '-n', namespace.name, '--set', 'greeting=bonjour');
    await helm('upgrade', 'held', CHART, '-n', namespace.name, '--reuse-values', '--set', 'greeting=ciao,replicas=3');
    const server = await start('--deny-kind=deploy');
    for (const section of ['summary', 'manifest', 'diff']) {
      const text = await server.text('get_helm_release', { name: 'held', namespace: namespace.name, section });
      assert.match(text, /Left out, as it is closed to agents here: Deployment \(1\)/, text);
      assert.doesNotMatch(text, /kind: Deployment|Deployment[/ ]held|image:/, text);
    }
    const one = { name: 'held', namespace: namespace.name, section: 'manifest', object: 'Deployment' };
    assert.match(await server.error('get_helm_release', one), /has no Deployment[\s\S]*closed to agents/);
  });

  it('is told names where listing is off', async () => {
    await helm('upgrade', '--install', 'named', CHART, '-n', namespace.name);
    const server = await start('--enable-list=false');
    assert.match(await server.error('list_helm_releases'), /list_helm_releases is switched off.*mcpK8s\.enableList/);
    assert.match(await server.text('get_helm_release', { name: 'named', namespace: namespace.name }), /deployed/);
    assert.doesNotMatch(await server.error('get_helm_release', { name: 'namec', namespace: namespace.name }), /named/);
  });

  it('is what the user has not reviewed', async () => {
    const server = await start('--review=required', ...WRITES);
    assert.match(await server.error('install_helm_chart', install('unseen')), /must review every write/);
    assert.doesNotMatch(await kubectl('get', 'deploy,secret', '-n', namespace.name, '-o', 'name'), /unseen/);
  });

  it('is to take a name, a chart or a version for anything else', async () => {
    const server = await start(...WRITES, '--enable-helm-repo-add');
    const names = [
      '--post-renderer=/bin/sh',
      '-x',
      'a;id',
      'a b',
      'a\nb',
      '../a',
      'A',
      'a'.repeat(54),
      'x,owner=helm',
      '',
    ];
    for (const name of names) {
      for (const tool of [
        'install_helm_chart',
        'upgrade_helm_chart',
        'rollback_helm_release',
        'uninstall_helm_release',
        'get_helm_release',
      ])
        assert.match(
          await server.error(tool, { name, ...(/chart/.test(tool) && { chart: 'web' }) }),
          /can be no name|wrong parameters/,
          name,
        );
    }
    const charts = [
      ...[
        'file:///etc/passwd',
        '/etc',
        '../../..',
        '--post-renderer=x',
        '-',
        'http://127.0.0.1/a.tgz',
        's3://bucket/a',
        'https://u:p@host/a.tgz',
      ],
      ...[
        'oci://host/a b',
        'oci://host/a --insecure',
        'oci://',
        'a;b',
        'web\nx',
        './missing',
        'C:\\charts',
        'web/../../server/charts/../..',
      ],
    ];
    for (const chart of charts)
      assert.match(
        await server.error('install_helm_chart', { name: 'x', chart }),
        /is not read|is no chart|There is no chart|outside of the workspace/,
        chart,
      );
    for (const version of ['--devel', '1;id', '1\n2', '$(id)'])
      assert.match(
        await server.error('install_helm_chart', { name: 'x', chart: 'a/b', version }),
        /is no version|cannot be had/,
        version,
      );
    for (const url of [
      'http://example.com',
      'file:///etc',
      'oci://host/x',
      'https://u:secret-pw@example.com',
      '--ca-file=/etc/passwd',
    ]) {
      const error = await server.error('add_helm_repository', { name: 'x', url });
      assert.match(error, /needs no adding|https:\/\/ only|not in the address/);
      assert.doesNotMatch(error, /secret-pw/);
    }
  });

  it('is to read a chart that leads out of the workspace', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'charts-'));
    try {
      await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: linked\nversion: 1.0.0\n');
      await symlink('/etc/hostname', join(folder, 'notes.txt'));
      const [{ path }, cluster] = await Promise.all([findHelm(console.error), testCluster()]);
      const flags = [`--helm=${path}`, '--review=off', ...WRITES];
      const server = await McpServer.start(cluster.kubeconfig('admin'), flags, { HOME: helmHome() }, {}, folder);
      running.push(server);
      assert.match(await server.error('render_helm_chart', { chart: '.' }), /holds a link that leads out of it/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is to take values for anything but data', async () => {
    const server = await start(...WRITES);
    const greeting = '--post-renderer=/bin/sh; $(id) `id`\n{{ .Release }}';
    await server.text('install_helm_chart', install('quoted', { values: JSON.stringify({ greeting }) }));
    const value = await fieldOf(
      '{.spec.template.spec.containers[0].env[0].value}',
      'deploy',
      'quoted',
      '-n',
      namespace.name,
    );
    assert.equal(value, greeting);
    assert.match(await server.error('install_helm_chart', install('y', { values: '[1]' })), /YAML mapping/);
  });

  it('is to tell a secret to a chart that an agent may have written, or whether a guess is right', async () => {
    const server = await start(...WRITES);
    for (const [name, value] of [
      ['kept', 'to-be-kept-1234'],
      ['other', 'x'],
    ])
      await kubectl('create', 'secret', 'generic', String(name), `--from-literal=a=${value}`, '-n', namespace.name);
    const peek = await server.text('install_helm_chart', install('peeking', { values: 'peek: kept', dryRun: true }));
    const other = await server.text('install_helm_chart', install('peeking', { values: 'peek: other', dryRun: true }));
    const shown = (text: string) => /text: (\S+)/.exec(text)?.[1];
    assert.ok(shown(peek));
    assert.equal(shown(peek), shown(other));
    await server.text('install_helm_chart', install('guarded', { values: 'auth: { password: right-guess-99 }' }));
    const guess = async (password: string) => {
      const values = JSON.stringify({ auth: { password } });
      const text = await server.text('upgrade_helm_chart', { name: 'guarded', values, dryRun: true });
      const rendered = await server.text('render_helm_chart', { chart: 'web', values, object: 'Secret' });
      return text + rendered;
    };
    assert.equal(await guess('right-guess-99'), await guess('wrong-guess-99'));
  });

  it('is done by programs of its own', async () => {
    const server = await startWithCharts('--helm=/nonexistent/helm', ...WRITES);
    running.push(server);
    assert.match(
      await server.error('install_helm_chart', install('x')),
      /There is no program \/nonexistent\/helm\. Install Helm/,
    );
    assert.match(await server.text('list_helm_releases'), /Helm releases/);
  });

  it('leaves no file behind', async () => {
    const left = (await readdir(helmHome())).filter((name) => name.startsWith('mcp-k8s-helm-'));
    assert.deepEqual(left, []);
  });
});
