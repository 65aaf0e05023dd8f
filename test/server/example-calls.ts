/** A tool call whose answer is kept in `snapshots`, so that changes to what a model reads show in a diff. */
export interface ExampleCall {
  tool: string;
  /** Its purpose; a tool's first call is its example in docs/tools.md. */
  title: string;
  input: Record<string, unknown>;
}

/** Names for the example calls that only the running cluster knows. */
export interface ExampleNames {
  /** The test's own empty namespace. */
  namespace: string;
  /** A running pod of the Deployment `web`. */
  pod: string;
}

const CHART = 'test/server/charts/web';

const GREETER = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: greeter
spec:
  replicas: 1
  selector:
    matchLabels: { app: greeter }
  template:
    metadata:
      labels: { app: greeter }
    spec:
      containers:
        - { name: greeter, image: nginx:1.29 }
`;
const SETTINGS = `apiVersion: v1
kind: ConfigMap
metadata:
  name: greeter
data:
  greeting: hello
  language: English
`;

/**
 * The main answers of each tool on the demo seed, in call order: later calls read what earlier ones wrote in their own
 * namespace. Each names one namespace or object, since other tests share the cluster.
 */
export function exampleCalls({ namespace, pod }: ExampleNames): ExampleCall[] {
  const web = { kind: 'deploy', name: 'web', namespace: 'shop' };
  const payments = { kind: 'deploy', name: 'payments', namespace: 'shop' };
  const own = { kind: 'deploy', name: 'greeter', namespace };
  return [
    {
      tool: 'get_api_resources',
      title: 'The custom resources of one group',
      input: { group: 'demo.mcp-k8s.dev' },
    },
    { tool: 'get_api_resources', title: 'Nothing found', input: { query: 'widgte' } },

    { tool: 'list_resources', title: 'What runs in a namespace', input: { kind: 'deploy', namespace: 'shop' } },
    {
      tool: 'list_resources',
      title: 'What makes up an application',
      input: { kind: 'all', namespace: 'shop', labelSelector: 'app=search' },
    },
    {
      tool: 'list_resources',
      title: 'Only what the question needs, in columns of its own',
      input: {
        kind: 'deploy',
        namespace: 'shop',
        labelSelector: 'tier=backend',
        columns: ['.spec.replicas', '.spec.template.spec.containers[*].image'],
      },
    },
    {
      tool: 'list_resources',
      title: 'A page, with the token for the next one',
      input: { kind: 'configmaps', namespace: 'shop', limit: 2, output: 'name' },
    },
    {
      tool: 'list_resources',
      title: 'As YAML',
      input: { kind: 'widget', namespace: 'shop', output: 'yaml', labelSelector: 'line=classic' },
    },
    {
      tool: 'list_resources',
      title: 'By a condition, in an order',
      input: {
        kind: 'deploy',
        namespace: 'shop',
        where: '.spec.replicas>=2',
        sortBy: '-.spec.replicas',
        columns: ['.spec.replicas'],
      },
    },
    { tool: 'list_resources', title: 'A kind that is mistyped', input: { kind: 'deploymnts', namespace: 'shop' } },
    { tool: 'list_resources', title: 'A namespace that is mistyped', input: { kind: 'pods', namespace: 'shpo' } },

    { tool: 'get_resource', title: 'As kept in git', input: { ...web, output: 'manifest' } },
    { tool: 'get_resource', title: 'One object, without the noise', input: web },
    {
      tool: 'get_resource',
      title: 'A Secret: its keys, never its values',
      input: { kind: 'secret', name: 'db-credentials', namespace: 'shop' },
    },
    {
      tool: 'get_resource',
      title: 'Two fields, as JSON',
      input: { ...web, output: 'json', fields: ['.spec.replicas', '.spec.strategy'] },
    },
    { tool: 'get_resource', title: 'A name that is mistyped', input: { ...web, name: 'wbe' } },
    {
      tool: 'get_resource',
      title: 'A kind of two groups',
      input: { kind: 'backup', name: 'nightly', namespace: 'shop' },
    },

    { tool: 'get_pod_logs', title: 'The last lines of a workload', input: { ...payments, tailLines: 2 } },
    {
      tool: 'get_pod_logs',
      title: 'A container that is not there',
      input: { name: pod, namespace: 'shop', container: 'app' },
    },

    { tool: 'diagnose_resource', title: 'A workload whose pods end again and again', input: payments },
    {
      tool: 'diagnose_resource',
      title: 'A Service without endpoints',
      input: { kind: 'svc', name: 'checkout', namespace: 'shop' },
    },
    { tool: 'diagnose_resource', title: 'A workload that has what it needs', input: web },

    { tool: 'explain_resource', title: 'A custom resource', input: { kind: 'widget', field: 'spec' } },
    { tool: 'explain_resource', title: 'A field that is mistyped', input: { kind: 'deploy', field: 'spec.replica' } },

    {
      tool: 'list_events',
      title: 'What happened to one object',
      input: { kind: 'deploy', name: 'analytics', namespace: 'shop' },
    },
    { tool: 'list_events', title: 'Nothing happened', input: { namespace, type: 'Warning' } },

    {
      tool: 'get_resource_usage',
      title: 'Of a workload: its pods, the largest first',
      input: { kind: 'sts', name: 'postgres', namespace: 'shop', sortBy: 'memory' },
    },
    {
      tool: 'get_resource_usage',
      title: 'A kind without usage',
      input: { kind: 'configmap', name: 'kube-root-ca.crt', namespace: 'shop' },
    },

    { tool: 'list_contexts', title: 'All of them', input: {} },

    { tool: 'wait_for_resource', title: 'Until a workload is ready', input: { ...web, for: 'ready' } },
    {
      tool: 'wait_for_resource',
      title: 'What is missing when time runs out',
      input: { ...payments, for: 'ready', timeoutSeconds: 1 },
    },
    {
      tool: 'wait_for_resource',
      title: 'Until a field has a value',
      input: { kind: 'pvc', name: 'uploads', namespace: 'shop', for: '.status.phase=Bound' },
    },

    {
      tool: 'check_access',
      title: 'Who may do something',
      input: { verb: 'delete', kind: 'deploy', subject: '*', namespace: 'shop' },
    },
    {
      tool: 'check_access',
      title: 'What these credentials may do with a kind',
      input: { kind: 'pods', namespace: 'shop' },
    },
    {
      tool: 'check_access',
      title: 'May somebody else',
      input: { verb: 'create', kind: 'pods/exec', subject: 'user:alice', namespace: 'shop' },
    },

    {
      tool: 'compare_resources',
      title: 'A manifest with what is live',
      input: {
        manifest:
          'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: shop }\nspec: { replicas: 5 }',
      },
    },
    {
      tool: 'compare_resources',
      title: 'A file or folder of the workspace with what is live',
      input: { path: 'test/demo/workspace/manifests' },
    },
    { tool: 'compare_resources', title: 'Two objects', input: { ...web, toName: 'payments' } },

    { tool: 'query_metrics', title: 'Without Prometheus in the cluster', input: { query: 'sum by (namespace) (up)' } },

    { tool: 'create_resource', title: 'A workload', input: { namespace, manifest: GREETER } },
    { tool: 'create_resource', title: 'A dry run', input: { namespace, manifest: SETTINGS, dryRun: true } },
    { tool: 'create_resource', title: 'Something without a controller', input: { namespace, manifest: SETTINGS } },
    {
      tool: 'list_changes',
      title: 'What was done to one object, and by whom',
      input: { kind: 'cm', name: 'greeter', namespace },
    },
    { tool: 'list_changes', title: 'A time that is none', input: { since: 'yesterday' } },
    { tool: 'create_resource', title: 'What is there already', input: { namespace, manifest: GREETER } },
    {
      tool: 'create_resource',
      title: 'A field that is mistyped',
      input: { namespace, manifest: GREETER.replace('name: greeter', 'name: other').replace('replicas', 'replicsa') },
    },

    {
      tool: 'apply_manifest',
      title: 'A dry run: what each object would become',
      input: { namespace, manifest: `${SETTINGS.replace('hello', 'good day')}---\n${GREETER}`, dryRun: true },
    },
    {
      tool: 'apply_manifest',
      title: 'Several objects, some of which exist',
      input: {
        namespace,
        manifest: `${SETTINGS.replace('name: greeter', 'name: polite')}---\n${SETTINGS.replace('English', 'German')}`,
      },
    },
    {
      tool: 'apply_manifest',
      title: 'A dry run of a file or folder of the workspace',
      input: { path: 'test/demo/workspace/manifests', dryRun: true },
    },
    {
      tool: 'apply_manifest',
      title: 'One that cannot be applied: nothing is',
      input: { namespace, manifest: `${SETTINGS}---\n${GREETER.replace('replicas', 'replicsa')}` },
    },
    {
      tool: 'update_resource',
      title: 'Only the fields that change',
      input: { namespace, manifest: SETTINGS.replace('greeting: hello', 'greeting: good morning') },
    },
    {
      tool: 'update_resource',
      title: 'A patch',
      input: { kind: 'cm', name: 'greeter', namespace, patch: '{"data":{"language":null}}' },
    },
    {
      tool: 'update_resource',
      title: 'Nothing to change',
      input: { kind: 'cm', name: 'greeter', namespace, patch: '{"data":{"language":null}}' },
    },
    {
      tool: 'update_resource',
      title: 'A field that a controller owns',
      input: {
        manifest:
          '{apiVersion: apps/v1, kind: Deployment, metadata: {name: catalog, namespace: shop}, spec: {replicas: 3}}',
        dryRun: true,
      },
    },

    { tool: 'scale_resource', title: 'More replicas', input: { ...own, replicas: 2 } },
    { tool: 'scale_resource', title: 'As many as there are', input: { ...own, replicas: 2 } },
    { tool: 'rollout_resource', title: 'Restart the pods', input: { ...own, action: 'restart' } },
    {
      tool: 'rollout_resource',
      title: 'A CronJob is not restarted',
      input: { kind: 'cronjob', name: 'nightly-report', namespace: 'shop', action: 'restart' },
    },
    { tool: 'get_resource', title: 'Its revisions', input: { ...web, output: 'history' } },
    { tool: 'wait_for_resource', title: 'Until a rollout is complete', input: { ...own, for: 'rollout' } },
    { tool: 'rollout_resource', title: 'Pause', input: { ...own, action: 'pause' } },
    { tool: 'delete_resource', title: 'One object', input: { kind: 'cm', name: 'greeter', namespace } },
    {
      tool: 'delete_resource',
      title: 'Several, one of which is not there',
      input: { kind: 'cm', names: ['polite', 'greeter'], namespace, dryRun: true },
    },
    { tool: 'delete_resource', title: 'A dry run', input: { ...own, dryRun: true } },
    { tool: 'delete_resource', title: 'A name that is mistyped', input: { ...own, name: 'greter' } },

    { tool: 'exec_in_pod', title: 'A command', input: { name: pod, namespace: 'shop', command: ['echo', 'hello'] } },
    {
      tool: 'exec_in_pod',
      title: 'A command that fails',
      input: { name: pod, namespace: 'shop', command: ['sh', '-c', 'echo no >&2; exit 3'] },
    },

    {
      tool: 'request_service',
      title: 'A page of a Service',
      input: { name: 'web', namespace: 'shop', path: '/healthz' },
    },
    {
      tool: 'request_service',
      title: 'A port that is not there',
      input: { name: 'web', namespace: 'shop', port: '81' },
    },

    {
      tool: 'debug_pod',
      title: 'In a copy',
      input: { name: pod, namespace: 'shop', command: ['ls'], copy: true, timeoutSeconds: 1 },
    },
    {
      tool: 'debug_pod',
      title: 'Without an image',
      input: { name: pod, namespace: 'shop', command: ['ps', 'aux'] },
    },

    {
      tool: 'copy_files',
      title: 'Out of a container',
      input: { name: pod, namespace: 'shop', direction: 'out', path: '/etc/hostname' },
    },
    {
      tool: 'copy_files',
      title: 'A path that is not absolute',
      input: { name: pod, namespace: 'shop', direction: 'out', path: '../etc/hostname' },
    },
    { tool: 'get_node_logs', title: 'A name that is mistyped', input: { name: 'node-00' } },

    { tool: 'maintain_node', title: 'A dry run', input: { name: 'node-0', action: 'cordon', dryRun: true } },
    { tool: 'maintain_node', title: 'Nothing to change', input: { name: 'node-0', action: 'uncordon' } },
    {
      tool: 'maintain_node',
      title: 'Something that is no taint',
      input: { name: 'node-0', action: 'taint', taint: 'dedicated' },
    },

    { tool: 'render_helm_chart', title: 'What a chart of the workspace makes', input: { chart: CHART } },
    {
      tool: 'render_helm_chart',
      title: 'One object of it',
      input: { chart: CHART, object: 'Service', name: 'web' },
    },
    {
      tool: 'install_helm_chart',
      title: 'A chart of the workspace',
      input: { name: 'web', chart: CHART, namespace, values: 'greeting: good morning' },
    },
    {
      tool: 'upgrade_helm_chart',
      title: 'A dry run with new values',
      input: { name: 'web', namespace, values: 'replicas: 2', dryRun: true },
    },
    {
      tool: 'upgrade_helm_chart',
      title: 'New values for the chart as it is',
      input: { name: 'web', namespace, values: 'replicas: 2' },
    },
    { tool: 'list_helm_releases', title: 'Of a namespace', input: { namespace } },
    { tool: 'list_helm_releases', title: 'None in this state', input: { namespace, status: 'failed' } },
    { tool: 'get_helm_release', title: 'What it is', input: { name: 'web', namespace } },
    ...['values', 'history', 'diff'].map((part) => ({
      tool: 'get_helm_release',
      title: `Its ${part}`,
      input: { name: 'web', namespace, section: part },
    })),
    { tool: 'get_helm_release', title: 'A name that is mistyped', input: { name: 'wen', namespace } },
    { tool: 'rollback_helm_release', title: 'To the last revision that worked', input: { name: 'web', namespace } },
    { tool: 'uninstall_helm_release', title: 'A dry run', input: { name: 'web', namespace, dryRun: true } },
    { tool: 'uninstall_helm_release', title: 'With its history', input: { name: 'web', namespace } },
    { tool: 'list_helm_repositories', title: 'On a machine that has none', input: {} },
    {
      tool: 'add_helm_repository',
      title: 'An address that is not read',
      input: { name: 'charts', url: 'http://charts.example.com' },
    },
    { tool: 'remove_helm_repository', title: 'One that is not there', input: { name: 'charts' } },
  ];
}
