import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const root = new URL('../../', import.meta.url);
/** They need Helm, Prometheus, a node or an object that this cluster has not; the unit tests check their words. */
const ELSEWHERE = /helm|^query_metrics|^maintain_node|kind=(?:APIService|ValidatingWebhookConfiguration|Node)\b.*name=/;
/** The lines with `…` in the place of a kind: what is said of any kind is tried with this one. */
const KIND = 'Deployment';

/** The calls that the skills teach, once each. */
function taughtCalls(): string[] {
  const texts = globSync('skills/*/SKILL.md', { cwd: root }).map((file) => readFileSync(new URL(file, root), 'utf8'));
  const calls = texts.flatMap((text) =>
    [...text.matchAll(/`([a-z]+_[a-z_]+ [^`]*=[^`]*)`/g)].map(([, call = '']) => call),
  );
  return [...new Set(calls)].filter((call) => !ELSEWHERE.test(call));
}

function argumentsOf(call: string, values: Record<string, string>): Record<string, string> {
  const pairs = [...call.matchAll(/ ([a-zA-Z]+)=(\[\S*\]|\S+)/g)].map(([, key = '', value = '']) => [key, value]);
  const { kind = 'Pod', ...given } = Object.fromEntries(pairs) as Record<string, string>;
  const of = kind === '…' ? KIND : kind;
  const filled = Object.entries(given).map(([key, value]) => [
    key,
    value === '…' ? (values[`${key} ${of}`] ?? values[key] ?? value) : value.replace(/^\[(.*)\]$/, '$1'),
  ]);
  return { ...(call.includes(' kind=') && { kind: of }), ...Object.fromEntries(filled) };
}

describe('the skills', () => {
  const namespace = scratchNamespace();
  let server: McpServer;
  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), [
      ...['--namespace', namespace.name, '--enable-create', '--enable-update'],
    ]);
    const manifest = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: '${image}' }] }
---
apiVersion: v1
kind: Pod
metadata: { name: one }
spec: { containers: [{ name: app, image: nginx }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: web }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 3 }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: default }]
`;
    await apply(manifest('nginx:1.28'), '-n', namespace.name);
    await kubectl('rollout', 'status', 'deploy/web', '-n', namespace.name, '--timeout=60s');
    await apply(manifest('nginx:1.29'), '-n', namespace.name);
    await kubectl('rollout', 'status', 'deploy/web', '-n', namespace.name, '--timeout=60s');
    await kubectl('wait', 'pod/one', '--for=condition=Ready', '-n', namespace.name, '--timeout=60s');
  });
  after(() => server.stop());

  it('teach calls that are answered', async () => {
    const values = {
      ...{ name: 'web', 'name Pod': 'one', 'name Namespace': namespace.name, 'name ClusterRole': 'view' },
      ...{ namespace: namespace.name, subject: 'default', replicas: '1', field: 'spec' },
      manifest: `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { paused: false }`,
    };
    const calls = taughtCalls();
    assert.ok(calls.length > 35, String(calls.length));
    for (const call of calls) {
      const [tool = ''] = call.split(' ');
      // Said once more of the same pod, without its name.
      const input = { ...(tool === 'get_pod_logs' && { name: 'one' }), ...argumentsOf(call, values) };
      const { isError, text } = await server.call(tool, input);
      // What was asked may not be there: no log of a run before, nothing of the name to create.
      if (!/previous=true|^create_resource|subject=shop\/worker/.test(call)) assert.ok(!isError, `${call}: ${text}`);
      assert.doesNotMatch(text, /wrong parameters|Unexpected error/, call);
    }
  });
});
