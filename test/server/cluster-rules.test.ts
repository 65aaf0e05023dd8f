import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { parse, stringify } from 'yaml';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('rules of clusters in the configuration', () => {
  const namespace = scratchNamespace();
  const other = scratchNamespace();
  let folder: string;
  let server: McpServer;

  async function configure(text: string, name = 'team.yaml'): Promise<string> {
    const path = join(folder, name);
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
    return path;
  }
  const config = (clusters: string) =>
    `allow-context: ["*"]\nenable-create: true\nenable-helm-uninstall: true\nreview: "off"\nclusters:\n${clusters}`;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-clusters-'));
    const kubeconfig = parse(await readFile((await testCluster()).kubeconfig('admin'), 'utf8'));
    const [{ context }] = kubeconfig.contexts;
    kubeconfig.contexts = ['dev', 'prod'].map((name) => ({ name, context: { ...context, namespace: namespace.name } }));
    kubeconfig['current-context'] = 'dev';
    await writeFile(join(folder, 'kubeconfig'), stringify(kubeconfig));
    for (const place of [namespace.name, other.name])
      await apply(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: here, namespace: ${place} }\ndata: { a: b }\n`);
    const path = await configure(
      config(
        `  - {contexts: [prod], enable-create: false, enable-list: false, toolsets: [core], allow-namespace: [${namespace.name}], deny-kind: [secrets]}\n`,
      ),
    );
    server = await McpServer.start(join(folder, 'kubeconfig'), [
      ...['--config', path, '--journal', join(folder, 'journal')],
    ]);
  });
  after(async () => {
    await server?.stop();
    await rm(folder, { recursive: true });
  });

  const map = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace.name} }\ndata: { a: b }`;
  const at = (place: string, context: string) => ({ kind: 'cm', name: 'here', namespace: place, context });

  it('decide where a call executes, and a tool stays listed where one cluster allows it', async () => {
    const tools = await server.tools();
    for (const name of ['create_resource', 'list_resources', 'uninstall_helm_release', 'get_helm_release'])
      assert.ok(tools.includes(name), name);
    const by = (rule: string) => new RegExp(`in this cluster\\..*: ${rule} in clusters\\[0\\] of team\\.yaml`);
    const inProd = (tool: string, args: object) => server.error(tool, { ...args, context: 'prod' });
    assert.match(await inProd('create_resource', { manifest: map('by-prod') }), by('enable-create'));
    assert.match(await inProd('list_resources', { kind: 'cm' }), by('enable-list'));
    assert.match(await inProd('uninstall_helm_release', { name: 'x' }), by('toolsets'));
    assert.match(await inProd('get_helm_release', { name: 'x' }), by('toolsets'));
    assert.match(
      await inProd('get_resource', { kind: 'secret', name: 'x' }),
      /secrets is closed to agents here, by deny-/,
    );
    assert.match(
      await server.error('get_resource', at(other.name, 'prod')),
      /outside of what is allowed here.*allow-namespace in clusters\[0\] of team\.yaml/,
    );
    assert.match(await server.text('get_resource', at(namespace.name, 'prod')), /name: here/);
    assert.match(await server.text('get_resource', at(other.name, 'dev')), /name: here/);
    assert.match(await server.text('create_resource', { manifest: map('by-dev'), context: 'dev' }), /created/);
    assert.equal(await kubectl('get', 'cm', '-n', namespace.name, '-o', 'name', '--ignore-not-found', 'by-prod'), '');
  });

  it('count for each of several contexts, for the other side of a comparison, and for resources', async () => {
    const all = await server.text('list_resources', { kind: 'cm', namespace: namespace.name, context: '*' });
    assert.match(all, /here/);
    assert.match(all, /Not read: prod \(list_resources is switched off in this cluster/);
    assert.match(
      await server.error('compare_resources', {
        ...at(namespace.name, 'dev'),
        toContext: 'prod',
        toNamespace: other.name,
      }),
      /outside of what is allowed here/,
    );
    const uri = (context: string) => `k8s:///${other.name}/configmaps/here.yaml?context=${context}`;
    const { contents } = await server.client.readResource({ uri: uri('dev') });
    assert.match(JSON.stringify(contents), /here/);
    await server.client.subscribeResource({ uri: uri('dev') });
    await assert.rejects(server.client.readResource({ uri: uri('prod') }), /outside of what is allowed here/);
    await assert.rejects(server.client.subscribeResource({ uri: uri('prod') }), /outside of what is allowed here/);
    const contexts = await server.text('list_contexts');
    assert.match(contexts, /^dev \(default\)\t.*\tcreate$/m);
    assert.match(contexts, /^prod\t.*\tno$/m);
    assert.match(contexts, new RegExp(`Allowed namespaces in prod: ${namespace.name}$`, 'm'));
  });

  it('hold for a call that waited for a login while they changed', async () => {
    const kubeconfig = parse(await readFile((await testCluster()).kubeconfig('admin'), 'utf8'));
    const [{ user }] = kubeconfig.users;
    const status = {
      clientCertificateData: Buffer.from(user['client-certificate-data'], 'base64').toString(),
      clientKeyData: Buffer.from(user['client-key-data'], 'base64').toString(),
    };
    const apiVersion = 'client.authentication.k8s.io/v1';
    const path = (name: string) => join(folder, name);
    await writeFile(path('sign-in.credential'), JSON.stringify({ apiVersion, kind: 'ExecCredential', status }));
    const script = 'touch "$0.asked"; until [ -e "$0.answered" ]; do sleep 0.05; done; cat "$0.credential"';
    await writeFile(path('sign-in'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const exec = { apiVersion, command: path('sign-in'), interactiveMode: 'Never' };
    kubeconfig.users[0].user = { exec };
    await writeFile(path('signs-in'), stringify(kubeconfig));
    const late = await McpServer.start(path('signs-in'), ['--config', await configure('review: "off"\n', 'late.yaml')]);
    try {
      const told = new Promise<void>((resolve) =>
        late.client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve()),
      );
      const refused = late.error('get_helm_release', { name: 'x' });
      await until(() => existsSync(path('sign-in.asked')));
      await configure('clusters:\n  - {contexts: ["*"], toolsets: [core]}\n', 'late.yaml');
      await told;
      await writeFile(path('sign-in.answered'), '');
      assert.match(await refused, /switched off in this cluster.*toolsets in clusters\[0\] of late\.yaml/);
    } finally {
      await late.stop();
    }
  });

  it('end a subscription that they forbid from then on, and let it go on when they allow it again', async () => {
    const uri = `k8s:///${namespace.name}/configmaps/here.yaml?context=prod`;
    const updates: string[] = [];
    server.client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void updates.push(params.uri),
    );
    await configure(config('  - {contexts: [prod], enable-delete: false}\n'));
    await until(async () => (await server.call('get_resource', at(other.name, 'prod'))).text.includes('name: here'));
    await server.client.subscribeResource({ uri });
    const change = (value: string) =>
      kubectl('-n', namespace.name, 'annotate', '--overwrite', 'cm', 'here', `a=${value}`);
    await change('allowed');
    await until(() => updates.length > 0);

    await configure(config('  - {contexts: [prod], deny-kind: [configmaps]}\n'));
    await until(() => /are not seen any more.*configmaps is closed to agents/.test(server.log));
    updates.length = 0;
    await change('forbidden');
    assert.match(await server.error('get_resource', at(namespace.name, 'prod')), /configmaps is closed/);
    assert.deepEqual(updates, []);

    await configure(config('  - {contexts: [prod], enable-delete: false}\n'));
    await until(() => updates.length > 0);
    await server.client.unsubscribeResource({ uri });
  });

  it('are taken over when they change, also for a review, and one for a misspelt context closes everything', async () => {
    const changed = () =>
      new Promise<void>((resolve) =>
        server.client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve()),
      );
    let told = changed();
    await configure(
      config('  - {contexts: [prod], review: required}\n  - {contexts: ["*"], enable-helm-uninstall: false}\n'),
    );
    await told;
    assert.ok(!(await server.tools()).includes('uninstall_helm_release'));
    const write = (name: string, context: string) => ({ manifest: map(name), context });
    assert.match(await server.error('create_resource', write('unasked', 'prod')), /a user must review every write/);
    assert.match(await server.text('create_resource', write('lax', 'dev')), /created/);
    assert.match(await server.text('get_resource', at(other.name, 'prod')), /name: here/);

    told = changed();
    await configure(
      config(
        '  - {contexts: [prod], servers: [api.prod.example.com, "*"], deny-kind: [jobs]}\n  - {contexts: ["prdo-*"]}\n',
      ),
    );
    await told;
    assert.match(await server.text('get_resource', at(other.name, 'dev')), /name: here/);
    await until(() =>
      server.log.includes('"prdo-*" in clusters[1] of team.yaml concerns no cluster of the kubeconfig'),
    );
    const warned = server.log.match(/\S+ in clusters.* concerns no cluster/g) ?? [];
    assert.deepEqual(
      warned.map((text) => text.split(' ')[0]),
      ['"api.prod.example.com"', '"prdo-*"'],
    );

    told = changed();
    await configure(config('  - {contexts: [prdo], read-only: true}\n'));
    await told;
    for (const context of ['dev', 'prod'])
      assert.match(
        await server.error('get_resource', at(namespace.name, context)),
        /context "prdo" is not in the kubeconfig.*Nearest: prod.*contexts in clusters\[0\] of team\.yaml/,
      );
  });
});
