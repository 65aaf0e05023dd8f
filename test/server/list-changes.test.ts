import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('list_changes', () => {
  const namespace = scratchNamespace();
  const here = () => namespace.name;
  let admin: McpServer;
  let viewer: McpServer;
  let tenant: McpServer;

  before(async () => {
    const { kubeconfig } = await testCluster();
    [admin, viewer, tenant] = await Promise.all([
      McpServer.start(kubeconfig('admin'), ['--namespace', here()]),
      McpServer.start(kubeconfig('viewer')),
      McpServer.start(kubeconfig('tenant')),
    ]);
    const deployment = (image: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: ${here()} }\nspec:\n  replicas: 1\n  selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec: { containers: [{ name: web, image: '${image}' }] }`;
    await apply(deployment('nginx:1.28'));
    await kubectl('rollout', 'status', 'deploy/web', '-n', here());
    await kubectl('set', 'image', 'deploy/web', 'web=nginx:1.29', '-n', here());
    await kubectl('rollout', 'status', 'deploy/web', '-n', here());
    await kubectl('create', 'configmap', 'settings', '--from-literal=greeting=hello', '-n', here());
    await kubectl('annotate', 'cm/settings', 'note=changed', '-n', here(), '--field-manager=alice');
    await kubectl('create', 'secret', 'generic', 'login', '--from-literal=password=hunter2-hunter2', '-n', here());
  });
  after(() => Promise.all([admin, viewer, tenant].map((server) => server.stop())));
  const changes = (args: object = {}, server = admin) => server.text('list_changes', { namespace: here(), ...args });

  it('says what changed, when, by whom and which fields', async () => {
    const text = await changes();
    assert.match(text, /^\d+ changes in namespace \S+ in the last 1h\nAGE\tOBJECT\tBY\tWHAT\n/);
    assert.match(text, /\d+s\tDeployment\/web\tkubectl-client-side-apply\tcreated/);
    assert.match(text, /\tDeployment\/web\tkubectl-set\twrote spec\.template\.spec\.containers\[web\]\.image/);
    assert.match(text, /\tReplicaSet\/web-\w+\tkube-controller-manager\trevision 2 of Deployment\/web/);
    assert.match(text, /\tConfigMap\/settings\talice\twrote metadata\.annotations/);
    assert.match(text, /\tDeployment\/web\tdeployment-controller\tScalingReplicaSet: Scaled up replica set web-/);
    assert.match(text, /\tSecret\/login\tkubectl-create\tcreated/);
    assert.doesNotMatch(text, /hunter2|aHVudGVy/);
  });

  it('folds what controllers do, and tells it when asked for', async () => {
    assert.doesNotMatch(await changes(), /\tPod\//);
    assert.match(await changes(), /\nLeft out, controllers' and status \(all=true\): .*\d+ of Pod/);
    assert.match(await changes({ all: true }), /\tPod\/web-\S+\tkube-controller-manager\tcreated for ReplicaSet\/web-/);
    assert.match(await changes({ by: 'kubelet' }), /^(No|\d+) changes?/);
  });

  it('narrows by kind, name, manager and time', async () => {
    const lines = async (args: object) => (await changes(args)).split('\n').filter((line) => /^\d+\w+\t/.test(line));
    assert.ok((await lines({ kind: 'cm' })).every((line) => line.includes('\tConfigMap/')));
    assert.ok((await lines({ by: 'ALICE' })).every((line) => line.includes('\talice\t')));
    assert.equal((await lines({ kind: 'cm', name: 'settings' })).length, 2);
    assert.ok((await lines({ name: 'web' })).every((line) => /\t(Deployment)\/web\t/.test(line)));
    assert.equal((await lines({ limit: 1 })).length, 1);
    assert.match(await changes({ limit: 1 }), /^1 of \d+ changes/);
    assert.match(await changes({ by: 'argocd' }), /^No changes .* by argocd\n[\s\S]*Changes were made by .*kubectl/);
    assert.match(await changes({ since: '0s' }), /^No changes .*\n.*deleted leaves only events/);
  });

  it('reports a deletion that is held', async () => {
    await kubectl('create', 'configmap', 'held', '-n', here());
    await kubectl('patch', 'cm/held', '-n', here(), '-p', '{"metadata":{"finalizers":["example.com/hold"]}}');
    await kubectl('delete', 'cm/held', '-n', here(), '--wait=false');
    assert.match(
      await changes({ kind: 'cm', name: 'held' }),
      /ConfigMap\/held\t-\tdeletion asked for, held by example\.com\/hold/,
    );
    await kubectl('patch', 'cm/held', '-n', here(), '-p', '{"metadata":{"finalizers":null}}');
  });

  it('says what it could not read as viewer and tenant', async () => {
    const asViewer = await changes({}, viewer);
    assert.match(asViewer, /\tDeployment\/web\tkubectl-set\t/);
    assert.match(asViewer, /\nCould not be read: .*secrets/);
    assert.match(
      await tenant.text('list_changes'),
      /^Listing in all namespaces is forbidden; this is namespace \S+ only\./,
    );
  });

  it('teaches what was wrong', async () => {
    assert.match(
      await admin.error('list_changes', { since: 'yesterday' }),
      /"yesterday" is not a duration\. Examples: 90s/,
    );
    assert.match(await admin.error('list_changes', { kind: 'deploymnts' }), /deployments/);
    assert.match(
      await admin.error('list_changes', { namespace: 'shp' }),
      /The namespace "shp" does not exist; nearest: shop/,
    );
    const off = await McpServer.start((await testCluster()).kubeconfig('admin'), ['--enable-list=false']);
    assert.match(await off.error('list_changes'), /list_changes is switched off/);
    await off.stop();
  });
});
