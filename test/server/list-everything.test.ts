import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { unhurried } from '../support/load.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('list_resources reaches across', () => {
  const namespace = scratchNamespace();
  const label = () => `part-of=${namespace.name}`;
  let admin: McpServer;
  let tenant: McpServer;
  let silent: Server;
  const sockets = new Set<Socket>();
  let folder: string;
  let many: McpServer;

  before(async () => {
    const { kubeconfig } = await testCluster();
    const meta = (name: string) => `metadata: { name: ${name}, labels: { part-of: ${namespace.name} } }`;
    const of = (name: string) =>
      `metadata: { name: ${name}, namespace: ${namespace.name}, labels: { part-of: ${namespace.name} } }`;
    await apply(
      [
        `apiVersion: v1\nkind: ConfigMap\n${of('settings')}`,
        `apiVersion: v1\nkind: Secret\n${of('login')}\nstringData: { password: correct-horse-battery }`,
        `apiVersion: v1\nkind: Service\n${of('web')}\nspec: { ports: [{ port: 80 }], selector: { app: web } }`,
        `apiVersion: apps/v1\nkind: Deployment\n${of('web')}\nspec:\n  replicas: 0\n  selector: { matchLabels: { app: web } }\n  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: nginx }] } }`,
        `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n${meta(namespace.name)}\nrules: []`,
        `apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\n${meta(namespace.name)}\nvalue: 1`,
        ...Array.from({ length: 25 }, (_, index) => `apiVersion: v1\nkind: ServiceAccount\n${of(`account-${index}`)}`),
      ].join('\n---\n'),
    );
    // Accepts connections and never says a word.
    silent = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-contexts-'));
    const config = parse(await readFile(kubeconfig(), 'utf8'));
    const [{ cluster }] = config.clusters;
    const elsewhere = (name: string, server: string) => {
      config.clusters.push({ name, cluster: { ...cluster, server } });
      config.contexts.push({ name, context: { ...config.contexts[0].context, cluster: name } });
    };
    elsewhere('dead', `https://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    elsewhere('closed', 'https://127.0.0.1:1');
    await writeFile(join(folder, 'kubeconfig'), stringify(config));
    [admin, tenant, many] = await Promise.all([
      McpServer.start(kubeconfig('admin')),
      McpServer.start(kubeconfig('tenant')),
      McpServer.start(join(folder, 'kubeconfig'), ['--context', 'admin', '--allow-context', '*']),
    ]);
  });
  after(async () => {
    await Promise.all([admin, tenant, many].map((server) => server.stop()));
    for (const socket of sockets) socket.destroy();
    silent.close();
    await rm(folder, { recursive: true });
    await kubectl('delete', 'clusterrole,priorityclass', namespace.name, '--wait=false');
  });

  it('every kind: the objects with a label, also those in no namespace', async () => {
    const text = await admin.text('list_resources', { kind: 'all', labelSelector: label() });
    const place = namespace.name;
    const [head, ...lines] = text.split('\n');
    // Endpoints, which get the label of their Service, may be made later.
    assert.match(head ?? '', new RegExp(`^3\\d objects of \\d kinds match labelSelector ${label()}$`));
    assert.deepEqual(lines.filter((line) => !/^(serviceaccounts|endpoint)/.test(line)).toSorted(), [
      `clusterroles.rbac.authorization.k8s.io (1): ${place}`,
      `configmaps (1): ${place}/settings`,
      `deployments.apps (1): ${place}/web`,
      `priorityclasses.scheduling.k8s.io (1): ${place}`,
      `secrets (1): ${place}/login`,
      `services (1): ${place}/web`,
    ]);
    assert.match(text, /\nserviceaccounts \(25\): (\S+\/account-\d+, ){20}…/);
  });

  it('every kind: the objects of a namespace, what they own too', async () => {
    const text = await admin.text('list_resources', { kind: 'all', namespace: namespace.name });
    assert.match(text, /^\d+ objects of \d+ kinds in namespace /);
    assert.match(text, /\nreplicasets\.apps \(1\): web-\w+\n/);
    assert.match(text, /\nconfigmaps \(2\): kube-root-ca\.crt, settings\n/);
    assert.doesNotMatch(text, /clusterroles|\nevents|metrics/);
    const two = await admin.text('list_resources', {
      kind: 'all',
      namespace: `${namespace.name},shop`,
      labelSelector: label(),
    });
    assert.match(two, new RegExp(`\\nsecrets \\(1\\): ${namespace.name}/login\\n`));
  });

  it('every kind: names what it could not read, and says when there is nothing', async () => {
    const text = await tenant.text('list_resources', { kind: 'all', labelSelector: 'none=such' });
    assert.match(
      text,
      /^Listing in all namespaces is forbidden; this is namespace \S+ only\.\nNo objects match labelSelector/,
    );
    assert.match(text, /\nNot read: [^\n]*nodes[^\n]* \(forbidden\)$/);
    assert.equal(text.split('\n').length, 3);
    const error = (args: object) => admin.error('list_resources', { kind: 'all', ...args });
    assert.match(await error({ namespace: 'shp' }), /nearest: shop/);
    assert.match(await error({ namespace: 'shop', where: '.x', columns: ['.y'] }), /not where, columns/);
    assert.match(await error({ namespace: 'shop', labelSelector: 'a in (' }), /selector|unable to parse/);
  });

  it('every kind: closed kinds are named, not shown', async () => {
    const server = await McpServer.start((await testCluster()).kubeconfig('admin'), ['--deny-kind', 'secrets']);
    try {
      const text = await server.text('list_resources', { kind: 'all', namespace: namespace.name });
      assert.match(text, /\nNot read: secrets \(closed to agents here\)$/);
      assert.doesNotMatch(text, /login/);
    } finally {
      await server.stop();
    }
  });

  it('several contexts, in one table', async () => {
    const asked = { kind: 'cm', labelSelector: label(), context: 'admin,viewer' };
    const text = await many.text('list_resources', { ...asked, namespace: namespace.name });
    const [one, two, header, ...rows] = text.split('\n');
    assert.equal(one, `admin: 1 configmaps in namespace ${namespace.name}`);
    assert.equal(two, `viewer: 1 configmaps in namespace ${namespace.name}`);
    assert.equal(header, 'CONTEXT\tNAME\tDATA\tAGE');
    assert.equal(rows.length, 2);
    assert.match(rows.join('\n'), /^admin\tsettings\t0\t\w+\nviewer\tsettings\t0\t\w+$/);
    const names = await many.text('list_resources', { ...asked, context: ['viewer', 'admin'], output: 'name' });
    assert.match(names, new RegExp(`\\nviewer\\t${namespace.name}/settings\\nadmin\\t${namespace.name}/settings$`));
    const several = await many.text('list_resources', { ...asked, kind: 'cm,svc' });
    assert.match(
      several,
      /CONTEXT\tNAMESPACE\tNAME\tDATA[\s\S]*\n\nadmin: 1 services[\s\S]*CONTEXT\tNAMESPACE\tNAME\tTYPE/,
    );
    const counts = await many.text('list_resources', { ...asked, groupBy: ['.metadata.name'] });
    assert.match(counts, /^Context admin:\n1 configmaps[\s\S]*\n\nContext viewer:\n1 configmaps/);
    const all = await many.text('list_resources', { ...asked, kind: 'all' });
    assert.match(
      all,
      /^Context admin:\n3\d objects of \d kinds[\s\S]*\n\nContext viewer:\n\d+ objects[\s\S]*Not read: [^\n]*\bsecrets,/,
    );
    const paged = await many.text('list_resources', { ...asked, kind: 'sa', limit: 20 });
    assert.match(paged, /^admin: 20 serviceaccounts in all namespaces More: call again with this context alone\.\n/);
  });

  it('every context, naming those that cannot be reached and why, without waiting for them', async () => {
    const begin = performance.now();
    const text = await many.text('list_resources', { kind: 'cm', labelSelector: label(), context: '*' });
    // The first answer of a live cluster and the 5 s for a dead one; a request has 30 s otherwise.
    assert.ok(unhurried(performance.now() - begin) < 25_000);
    assert.match(text, /\nadmin\t\S+\tsettings\t/);
    const [unread = ''] = text.split('\n');
    assert.match(unread, /^Not read: /);
    assert.match(unread, /dead \(no answer within 5 s\)/);
    assert.match(unread, /closed \(the connection was refused\)/);
    assert.match(unread, /refused \(/);
    const error = (context: string) => many.error('list_resources', { kind: 'cm', context });
    assert.match(await error('closed,refused'), /^Not read: closed \(the connection was refused\); refused \(/);
    assert.match(
      await many.text('list_resources', { kind: 'cm', namespace: 'shop', context: 'admin,none' }),
      /Not read: none \(The kubeconfig has no context "none"\. It has: admin/,
    );
    assert.match(
      await many.error('list_resources', { kind: 'cm', context: 'admin,viewer', continue: 'x' }),
      /belongs to one context/,
    );
    assert.match(
      await admin.text('list_resources', { kind: 'cm', namespace: 'shop', context: '*' }),
      /^\d+ configmaps in namespace shop\nNAME\t/,
    );
  });

  it('is told in its schema, where there are several contexts', async () => {
    const { tools } = await many.client.listTools();
    const context = (name: string) => tools.find((tool) => tool.name === name)?.inputSchema.properties?.context;
    assert.deepEqual(context('list_resources'), { type: 'string', description: 'One or more: a,b; * for all' });
    assert.ok('enum' in (context('get_resource') as object));
  });
});
