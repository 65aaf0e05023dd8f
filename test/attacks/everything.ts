import type { KubernetesObject } from '../../src/kubernetes/apimachinery/objects.ts';
import type { McpServer } from '../server/mcp-process.ts';

/** An object, and its resource: `secrets`, or `widgets.demo.mcp-k8s.dev`. */
export interface Served {
  resource: string;
  object: KubernetesObject;
}

/** Everything a client can learn about an object, through every tool, resource, prompt and error. */
export async function everythingSaid(server: McpServer, { resource, object }: Served): Promise<Map<string, string>> {
  const { name = '', namespace = '' } = object.metadata ?? {};
  const said = new Map<string, string>();
  const hear = async (what: string, ask: Promise<unknown>) => {
    said.set(what, JSON.stringify(await ask.catch((error: unknown) => String(error) + JSON.stringify(error))));
  };
  const call = (tool: string, args: Record<string, unknown>) =>
    hear(`${tool} ${JSON.stringify(args)}`, server.client.callTool({ name: tool, arguments: args }));
  const named = { kind: resource, name, namespace };
  const all = { kind: resource, namespace };
  // Of the revision of a release, the name that Helm knows it by.
  const release = { name: object.metadata?.labels?.name ?? name, namespace };
  const paths = ['.metadata', '.data', '.spec', '.spec..env[*].value', '..value', '.status'];

  await Promise.all([
    call('get_resource', named),
    call('get_resource', { ...named, output: 'json' }),
    call('get_resource', { ...named, fields: paths }),
    call('get_resource', { ...named, fields: paths, output: 'json' }),
    call('get_resource', { ...named, name: `${name}x` }),
    call('get_resource', { ...named, fields: ['.['] }),
    ...['table', 'wide', 'name', 'yaml'].map((output) => call('list_resources', { ...all, output })),
    call('list_resources', { kind: `${resource},events`, namespace }),
    call('list_resources', { ...all, columns: paths.map((path, index) => `C${index}:${path}`) }),
    ...paths.map((path) => call('list_resources', { ...all, groupBy: [path] })),
    call('list_resources', { ...all, limit: 1 }),
    call('list_resources', { ...all, labelSelector: 'a in (' }),
    call('list_events', named),
    call('list_events', { namespace }),
    call('diagnose_resource', named),
    call('diagnose_resource', { kind: 'Namespace', name: namespace }),
    call('wait_for_resource', { ...named, for: 'condition=Ready', timeoutSeconds: 0 }),
    call('wait_for_resource', { ...named, for: 'ready', timeoutSeconds: 0 }),
    call('wait_for_resource', { ...named, for: 'deleted', timeoutSeconds: 0 }),
    call('get_pod_logs', { ...named, tailLines: 10_000 }),
    call('get_resource_usage', { kind: 'Pod', namespace }),
    call('get_resource_usage', { kind: 'Pod', namespace, groupBy: 'workload' }),
    call('get_resource_usage', { kind: 'Pod', namespace, sortBy: 'unused' }),
    call('get_resource_usage', { kind: resource, name, namespace }),
    call('query_metrics', { query: `{namespace="${namespace}"}` }),
    call('query_metrics', { query: `count by ("${name}") (up)`, range: name }),
    call('compare_resources', { path: name }),
    call('explain_resource', { kind: resource, field: 'spec' }),
    call('check_access', { kind: resource, namespace, name, subject: '*' }),
    call('check_access', { kind: resource, namespace, subject: `${namespace}/${name}` }),
    call('check_access', { namespace }),
    call('get_resource', { ...named, output: 'manifest' }),
    call('list_changes', { namespace, all: true, limit: 1_000 }),
    call('list_changes', { ...named, all: true }),
    ...paths.map((path) => call('list_resources', { ...all, sortBy: path })),
    call('list_resources', { ...all, where: '.metadata.name', output: 'yaml' }),
    ...paths.map((path) => call('wait_for_resource', { ...named, for: `${path}=x`, timeoutSeconds: 0 })),
    call('list_resources', { kind: 'all', namespace }),
    call('list_resources', { ...all, context: '*', columns: paths }),
    call('list_helm_releases', { namespace }),
    ...['summary', 'values', 'allValues', 'manifest', 'notes', 'history', 'diff'].map((section) =>
      call('get_helm_release', { ...release, section }),
    ),
    call('get_helm_release', { ...release, section: 'manifest', object: object.kind ?? '' }),
    call('get_helm_release', { ...release, name: `${release.name}x` }),
    call('diagnose_resource', { ...release, kind: 'helmrelease' }),
    call('list_helm_repositories', {}),
    call('render_helm_chart', { ...release, chart: 'web', values: JSON.stringify({ greeting: name }) }),
    call('compare_resources', { ...named, toNamespace: 'default' }),
    call('compare_resources', { ...named, toName: `${name}x` }),
    call('compare_resources', { ...named, toRevision: 1 }),
    call('compare_resources', { manifest: JSON.stringify({ ...object, metadata: { name, namespace } }) }),
    call('compare_resources', {
      manifest: JSON.stringify({
        apiVersion: object.apiVersion,
        kind: object.kind,
        metadata: { name, namespace, annotations: { 'demo/x': 'y' } },
        data: { password: 'guess', token: 'guess' },
        spec: { replicas: 'x', template: 1, value: 'guess' },
      }),
    }),
  ]);

  const patch = (content: unknown) => JSON.stringify(content);
  const wrong = [
    { type: 'x', immutable: 'x', spec: { replicas: 'x', template: 1, containers: {} } },
    { spec: { template: { spec: { restartPolicy: 'x', containers: [{ name: 'X Y', image: '' }] } } } },
    { spec: { containers: [{ name: 'main', image: '', command: 1 }], nodeName: 'elsewhere' } },
    { data: { 'not a key': 1 }, metadata: { labels: { 'not a label': 'x'.repeat(70) }, name: 'other' } },
    { metadata: { ownerReferences: [{ name: 1 }], finalizers: ['x'], annotations: { x: null } } },
  ];
  const operations = [
    [{ op: 'copy', from: '/data', path: '/metadata/annotations/x' }],
    [{ op: 'copy', from: '/spec', path: '/metadata/labels/x' }],
    [{ op: 'copy', from: '', path: '/metadata/name' }],
    [{ op: 'remove', path: '/data' }],
    [{ op: 'remove', path: '/spec' }],
    [{ op: 'replace', path: '/kind', value: 'ConfigMap' }],
  ];
  const writes: Record<string, unknown>[] = [
    ...wrong.flatMap((content) => [
      { ...named, patch: patch(content) },
      { ...named, patch: patch(content), patchType: 'strategic' },
      { manifest: patch({ ...object, ...content, metadata: { ...content.metadata, name, namespace } }) },
    ]),
    ...operations.map((content) => ({ ...named, patch: patch(content), patchType: 'json' })),
    { ...named, patch: patch({ metadata: { labels: { harmless: 'yes' } } }) },
    {
      manifest: patch({
        apiVersion: object.apiVersion,
        kind: object.kind,
        metadata: { name, namespace, labels: { a: 'b' } },
      }),
    },
  ];
  // In sequence, because they act on the same object.
  for (const args of writes) await call('update_resource', { ...args, dryRun: true });
  const shown = await server.call('get_resource', named);
  for (const manifest of [shown.text, shown.text.replace('metadata:', 'metadata:\n  labels: { added: "1" }')])
    await call('update_resource', { manifest, dryRun: true });
  await call('create_resource', { manifest: patch({ ...object, metadata: { name, namespace } }), dryRun: true });
  await call('create_resource', {
    manifest: patch({ ...object, metadata: { name: 'Not A Name', namespace } }),
    dryRun: true,
  });
  await call('create_resource', { manifest: shown.text, dryRun: true });
  const whole = { ...object, metadata: { name, namespace } };
  for (const content of [{}, ...wrong])
    await call('apply_manifest', { manifest: patch({ ...whole, ...content, metadata: whole.metadata }), dryRun: true });
  await call('apply_manifest', { manifest: shown.text, dryRun: true });
  await call('apply_manifest', { manifest: patch(whole), applySet: 'guess', dryRun: true });
  for (const content of wrong)
    await call('update_resource', { ...all, names: [name], patch: patch(content), dryRun: true });
  await call('delete_resource', { ...all, names: [name], dryRun: true });
  await call('delete_resource', { ...named, dryRun: true });
  await call('scale_resource', { ...named, replicas: 0 });
  for (const action of ['undo', 'history', 'suspend']) await call('rollout_resource', { ...named, action });
  await call('get_resource', { ...named, output: 'history' });

  const { client } = server;
  const uri = `k8s:///${namespace}/${resource}/${name}.yaml`;
  await hear('resources/read', client.readResource({ uri }));
  await hear('resources/read of none', client.readResource({ uri: uri.replace('.yaml', 'x.yaml') }));
  await hear('resources/subscribe', client.subscribeResource({ uri }));
  await hear('resources/unsubscribe', client.unsubscribeResource({ uri }));
  const prompts: Record<string, Record<string, string>> = {
    'diagnose-workload': { kind: resource, name, namespace },
    'cluster-health': {},
    'plan-upgrade': {},
    'review-manifest': { manifest: patch(object) },
  };
  for (const [prompt, args] of Object.entries(prompts))
    await hear(`prompts/get ${prompt}`, client.getPrompt({ name: prompt, arguments: args }));
  for (const argument of ['namespace', 'resource', 'name'])
    await hear(
      `completion/complete ${argument}`,
      client.complete({
        ref: { type: 'ref/resource', uri: 'k8s:///{namespace}/{resource}/{name}.yaml' },
        argument: { name: argument, value: '' },
        context: { arguments: { namespace, resource } },
      }),
    );
  return said;
}
