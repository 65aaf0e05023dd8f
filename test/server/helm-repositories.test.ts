import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHelm } from '../cluster/binaries.ts';
import { createAuthority } from '../cluster/certificates.ts';
import { testCluster } from './environment.ts';
import { CHART, helm } from './helm.ts';
import { McpServer } from './mcp-process.ts';
import { scratchNamespace } from './scratch.ts';

const PASSWORD = 'repo-pass-4711-secret';

describe('Chart repositories', () => {
  const namespace = scratchNamespace();
  let folder: string;
  let repository: Server;
  let url: string;
  let server: McpServer;
  const asked: (string | undefined)[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'charts-'));
    await helm('package', CHART, '--destination', folder);
    const authority = await createAuthority('charts');
    const pair = await authority.issue({ name: 'localhost', hosts: ['localhost'] });
    await writeFile(join(folder, 'ca.pem'), authority.certificate);
    repository = createServer({ key: pair.private, cert: pair.public }, async (request, response) => {
      asked.push(request.headers.authorization);
      const file = join(folder, (request.url ?? '').replace(/^\/|[^\w.-]/g, ''));
      const content = await readFile(file).catch(() => undefined);
      response.writeHead(content ? 200 : 404).end(content);
    });
    repository.listen(0, 'localhost');
    await once(repository, 'listening');
    url = `https://localhost:${(repository.address() as AddressInfo).port}`;
    await helm('repo', 'index', folder, '--url', url);
    const [{ path }, cluster] = await Promise.all([findHelm(console.error), testCluster()]);
    const flags = [
      ...[`--helm=${path}`, '--review=off', '--namespace', namespace.name],
      ...['install', 'repo-add', 'repo-remove'].map((name) => `--enable-helm-${name}`),
    ];
    const env = { HOME: join(folder, 'home'), SSL_CERT_FILE: join(folder, 'ca.pem') };
    server = await McpServer.start(cluster.kubeconfig('admin'), flags, env);
  });
  after(async () => {
    await server.stop();
    repository.close();
    await rm(folder, { recursive: true });
  });

  it('are none on a fresh machine, and are added, installed from and removed', async () => {
    assert.equal(await server.text('list_helm_repositories'), 'Helm knows no chart repositories here.');
    const login = { username: 'ada', password: PASSWORD };
    const added = await server.text('add_helm_repository', { name: 'local', url, ...login });
    assert.match(added, /Added chart repository local/);
    assert.ok(!added.includes(PASSWORD));
    assert.equal(asked.at(-1), `Basic ${Buffer.from(`ada:${PASSWORD}`).toString('base64')}`);
    assert.match(await server.text('list_helm_repositories'), new RegExp(`^local\t${url}`, 'm'));
    const kept = join(folder, 'home/.config/helm/repositories.yaml');
    assert.equal((await stat(kept)).mode & 0o077, 0);
    assert.match(await server.text('render_helm_chart', { chart: 'local/web' }), /local\/web renders to 3 objects/);
    const installed = await server.text('install_helm_chart', {
      name: 'web',
      chart: 'local/web',
      version: '1.0.0',
      wait: false,
    });
    assert.match(installed, /^Installed web-1\.0\.0/);
    assert.match(await server.error('install_helm_chart', { name: 'x', chart: 'local/none' }), /cannot be had/);
    assert.match(
      await server.error('install_helm_chart', { name: 'x', chart: 'local/web', version: '9.9.9' }),
      /cannot be had/,
    );
    assert.match(await server.text('remove_helm_repository', { name: 'local' }), /Removed/);
    assert.equal(await server.text('list_helm_repositories'), 'Helm knows no chart repositories here.');
  });
});
