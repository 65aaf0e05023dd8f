import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const WRITES = ['--enable-create', '--enable-update', '--enable-delete', '--review=off', '--journal', '/dev/null'];

/** A server acting as another user, whose rules apply in the namespace or, without one, cluster-wide. */
async function serverAs(
  user: string,
  rules: string,
  namespace?: string,
): Promise<{ server: McpServer; stop: () => Promise<void> }> {
  const admin = (await testCluster()).kubeconfig('admin');
  const config = parse(await readFile(admin, 'utf8'));
  Object.assign(config.users[0].user, { as: user, 'as-groups': ['system:authenticated'] });
  const file = `${admin}-${user}`;
  await writeFile(file, stringify(config));
  const place = namespace === undefined ? '' : `, namespace: ${namespace}`;
  const [role, binding] = ['Role', 'RoleBinding'].map((kind) => (namespace === undefined ? `Cluster${kind}` : kind));
  const group = 'rbac.authorization.k8s.io';
  await apply(
    `apiVersion: ${group}/v1\nkind: ${role}\nmetadata: { name: ${user}${place} }\nrules: [${rules}]\n---\napiVersion: ${group}/v1\nkind: ${binding}\nmetadata: { name: ${user}${place} }\nroleRef: { apiGroup: ${group}, kind: ${role}, name: ${user} }\nsubjects: [{ kind: User, name: ${user} }]\n`,
  );
  const args = [...(namespace === undefined ? [] : ['--namespace', namespace]), ...WRITES];
  const server = await McpServer.start(file, args);
  const stop = async () => {
    await server.stop();
    await rm(file);
    await kubectl('delete', `${role},${binding}`, user, ...(namespace === undefined ? [] : ['-n', namespace]));
  };
  return { server, stop };
}

describe('a user who may get but not list', () => {
  const namespace = scratchNamespace();
  let server: McpServer;
  let stop: () => Promise<void>;
  before(async () => {
    const rules = `{ apiGroups: ['*'], resources: ['*'], verbs: [get, create, update, patch, delete] }`;
    ({ server, stop } = await serverAs(`getter-${namespace.name}`, rules, namespace.name));
    await apply(configMap('mine'));
  });
  after(() => stop());
  const configMap = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace.name} }\ndata: { a: b }\n`;

  it('is told that what is named can be read, and reads it', async () => {
    for (const args of [{ kind: 'cm' }, { kind: 'cm', namespace: namespace.name }, { kind: 'ns' }])
      assert.match(
        await server.error('list_resources', args),
        /cannot list resource .* \(403\)\. .*an object that is named may still be readable/,
      );
    assert.match(await server.text('get_resource', { kind: 'cm', name: 'mine' }), /^ {2}a: b$/m);
    assert.match(await server.error('get_resource', { kind: 'cm', name: 'none' }), /^There is no configmaps "none"/);
    assert.match(await server.text('diagnose_resource', { kind: 'cm', name: 'mine' }), /ConfigMap/);
    await server.client.readResource({ uri: `k8s:///${namespace.name}/configmaps/mine.yaml` });
  });

  it('waits for what is named', async () => {
    await apply(configMap('going'));
    const deletions: Promise<string>[] = [];
    const { content } = await server.client.callTool(
      { name: 'wait_for_resource', arguments: { kind: 'cm', name: 'going', for: 'deleted', timeoutSeconds: 30 } },
      undefined,
      {
        // It has seen the object once it tells of it.
        onprogress: () => {
          if (deletions.length === 0) deletions.push(kubectl('delete', 'cm', 'going', '-n', namespace.name));
        },
      },
    );
    await Promise.all(deletions);
    assert.match(JSON.stringify(content), /"Gone after/);
    assert.match(
      await server.text('wait_for_resource', { kind: 'cm', name: 'none', for: 'deleted' }),
      /^Gone already: .*there is no such object/,
    );
  });

  it('is told of changes of what is named', async () => {
    const uri = `k8s:///${namespace.name}/configmaps/mine.yaml`;
    const { promise: told, resolve } = Promise.withResolvers<string>();
    const { ResourceUpdatedNotificationSchema } = await import('@modelcontextprotocol/sdk/types.js');
    server.client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => resolve(params.uri));
    await server.client.subscribeResource({ uri });
    await kubectl('patch', 'cm', 'mine', '-n', namespace.name, '-p', '{"data":{"a":"c"}}');
    assert.equal(await told, uri);
  });

  it('changes and deletes what is named', async () => {
    await server.text('create_resource', { manifest: configMap('changed') });
    assert.match(
      await server.text('update_resource', { kind: 'cm', name: 'changed', patch: '{"data":{"a":"c"}}' }),
      /^\+ {2}a: c$/m,
    );
    assert.match(await server.text('delete_resource', { kind: 'cm', name: 'changed' }), /^(Deleted|The deletion)/);
  });
});

describe('a user of OpenShift', () => {
  const namespace = scratchNamespace();
  const crd = 'projects.project.openshift.io';
  let server: McpServer;
  let stop: () => Promise<void>;
  before(async () => {
    const schema =
      'openAPIV3Schema: { type: object, properties: { status: { type: object, properties: { phase: { type: string } } } } }';
    const version = `{ name: v1, served: true, storage: true, schema: { ${schema} }, additionalPrinterColumns: [{ name: Status, type: string, jsonPath: .status.phase }] }`;
    await apply(
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: ${crd}, annotations: { api-approved.kubernetes.io: unapproved } }\nspec: { group: project.openshift.io, scope: Cluster, names: { kind: Project, plural: projects, singular: project }, versions: [${version}] }\n`,
    );
    await kubectl('wait', '--for=condition=Established', 'crd', crd);
    await apply(
      `apiVersion: project.openshift.io/v1\nkind: Project\nmetadata: { name: ${namespace.name} }\nstatus: { phase: Active }\n`,
    );
    const user = `developer-${namespace.name}`;
    const rules =
      '{ apiGroups: [project.openshift.io], resources: [projects], verbs: [get, list, watch] }, { apiGroups: [""], resources: [namespaces, configmaps], verbs: [get] }';
    ({ server, stop } = await serverAs(user, rules));
  });
  after(async () => {
    await stop();
    await kubectl('delete', 'crd', crd);
  });

  it('lists namespaces as the projects that are hers', async () => {
    for (const kind of ['ns', 'Namespace', 'namespaces']) {
      const text = await server.text('list_resources', { kind });
      assert.match(text, /^Namespaces may not be listed; these are the user's OpenShift Projects\.$/m);
      assert.match(text, new RegExp(`^${namespace.name}\tActive`, 'm'));
    }
    assert.match(await server.text('list_resources', { kind: 'ns', output: 'name' }), new RegExp(namespace.name));
    assert.match(await server.text('list_resources', { kind: 'ns', groupBy: ['.status.phase'] }), /^1\tActive$/m);
  });

  it('has them completed', async () => {
    const { completion } = await server.client.complete({
      ref: { type: 'ref/resource', uri: 'k8s:///{namespace}/{resource}/{name}.yaml{?context}' },
      argument: { name: 'namespace', value: 'test-' },
    });
    assert.ok(completion.values.includes(namespace.name), completion.values.join(', '));
  });

  it('is told of them where a namespace is mistyped', async () => {
    const typo = `${namespace.name}x`;
    const error = await server.error('get_resource', { kind: 'cm', name: 'a', namespace: typo });
    assert.match(error, new RegExp(`The namespace "${typo}" does not exist; nearest: .*${namespace.name}`));
  });
});

describe('a user of a plain cluster who may not list namespaces', () => {
  const namespace = scratchNamespace();
  it('is told so, not of projects', async () => {
    const rules = `{ apiGroups: [''], resources: [configmaps], verbs: [get] }`;
    const { server, stop } = await serverAs(`plain-${namespace.name}`, rules, namespace.name);
    try {
      const error = await server.error('list_resources', { kind: 'ns' });
      assert.match(error, /cannot list resource "namespaces"/);
      assert.doesNotMatch(error, /[Pp]roject/);
    } finally {
      await stop();
    }
  });
});
