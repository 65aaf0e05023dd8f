import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('scaling and rollouts', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  before(async () => {
    const { kubeconfig } = await testCluster();
    server = await McpServer.start(kubeconfig('admin'), ['--namespace', namespace.name, '--enable-update']);
  });
  after(() => server.stop());

  const jsonPath = (path: string, ...object: string[]) =>
    kubectl('get', ...object, '-n', namespace.name, '-o', `jsonpath=${path}`);
  const image = (...object: string[]) => jsonPath('{.spec.template.spec.containers[0].image}', ...object);
  const workload = (kind: string, name: string, tag: string, metadata = '') => `apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace.name}${metadata} }
spec:
  ${kind === 'DaemonSet' ? '' : 'replicas: 1'}
  ${kind === 'StatefulSet' ? 'serviceName: none' : ''}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: 'nginx:${tag}' }] }`;
  const rolledOut = async (kind: string, name: string) =>
    assert.match(
      await server.text('wait_for_resource', { kind, name, for: 'rollout', timeoutSeconds: 20 }),
      /^Rolled out/,
    );
  const rollout = (kind: string, name: string, action: string, more: object = {}) =>
    server.text('rollout_resource', { kind, name, action, ...more });
  const refused = (kind: string, name: string, action: string, more: object = {}) =>
    server.error('rollout_resource', { kind, name, action, ...more });
  /** A workload with the image history nginx:1, nginx:2. */
  async function twice(kind: string, name: string): Promise<void> {
    await apply(workload(kind, name, '1'));
    await rolledOut(kind, name);
    await apply(workload(kind, name, '2', `, annotations: { kubernetes.io/change-cause: second }`));
    await rolledOut(kind, name);
  }

  describe('scale_resource', () => {
    it('goes through the scale subresource, of a custom kind too', async () => {
      await apply(workload('Deployment', 'scaled', '1'));
      const scale = (kind: string, name: string, replicas: unknown) =>
        server.text('scale_resource', { kind, name, replicas });
      assert.match(
        await scale('deploy', 'scaled', '3'),
        /^Scaled deployments\.apps "scaled" in namespace .* \(context admin\): 1 → 3 replicas\.$/,
      );
      assert.equal(await jsonPath('{.spec.replicas}', 'deploy', 'scaled'), '3');
      assert.match(await scale('deploy', 'scaled', 3), /^No change: .* 3 replicas already\. Nothing was sent\.$/);
      await apply(
        `apiVersion: demo.mcp-k8s.dev/v1\nkind: Widget\nmetadata: { name: w, namespace: ${namespace.name} }\nspec: { colour: red, replicas: 2 }`,
      );
      assert.match(await scale('widget', 'w', 0), /2 → 0 replicas/);
      assert.equal(await jsonPath('{.spec.replicas}', 'widget', 'w'), '0');
      assert.match(
        await server.error('scale_resource', { kind: 'widget', name: 'w', replicas: 101 }),
        /less than or equal to 100/,
      );
      assert.equal(await jsonPath('{.spec.replicas}', 'widget', 'w'), '0');
    });

    it('leaves a number alone that an autoscaler or GitOps sets, unless it is forced', async () => {
      await apply(workload('Deployment', 'auto', '1'));
      await apply(`apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: auto, namespace: ${namespace.name} }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: auto }
  minReplicas: 2
  maxReplicas: 6`);
      const one = (name: string, replicas: number) => ({ kind: 'deploy', name, replicas });
      const scale = (name: string, replicas: number) =>
        server.text('scale_resource', { ...one(name, replicas), force: true });
      assert.match(
        await server.error('scale_resource', one('auto', 3)),
        /was not scaled: \.spec\.replicas \(owned by HorizontalPodAutoscaler "auto"\)\. It sets its own number between 2 and 6.* force: true/,
      );
      assert.match(await scale('auto', 3), /\nWarning: HorizontalPodAutoscaler "auto" \(2 to 6 replicas\) manages it/);
      assert.match(await scale('auto', 0), /\nWarning: with 0 replicas HorizontalPodAutoscaler "auto".* does nothing/);
      await apply(workload('Deployment', 'gitops', '1'), '--server-side', '--field-manager=argocd-controller');
      assert.match(
        await server.error('scale_resource', one('gitops', 2)),
        /owned by argocd-controller\)\. The owner would set it back.* force: true/,
      );
      assert.equal(await jsonPath('{.spec.replicas}', 'deploy', 'gitops'), '1');
      assert.match(
        await scale('gitops', 2),
        /\nWarning: spec\.replicas is managed by argocd-controller, which may set it back/,
      );
    });

    it('says what cannot be scaled, and what is not there', async () => {
      const error = (kind: string, name: string, replicas = 1) =>
        server.error('scale_resource', { kind, name, replicas, namespace: 'shop' });
      assert.match(
        await error('ds', 'log-agent'),
        /one pod on each node.*What can: .*deployments\.apps.*widgets\.demo/,
      );
      assert.match(await error('cm', 'shop-config'), /^configmaps cannot be scaled\. What can: /);
      assert.match(await error('sts', 'postgrs'), /There is no .*Nearest: postgres/);
      assert.match(await error('sts', 'postgres', -1), /replicas/);
      assert.equal(await kubectl('get', 'sts', 'postgres', '-n', 'shop', '-o', 'jsonpath={.spec.replicas}'), '2');
    });
  });

  describe('rollout_resource', () => {
    for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet']) {
      it(`undoes and restarts a ${kind}`, async () => {
        const name = kind.toLowerCase();
        await twice(kind, name);
        const text = await rollout(kind, name, 'undo');
        assert.match(text, /^Rolled .* back from revision 2 to revision 1 \(nginx:1\)\.\n/);
        assert.match(text, /^- +image: nginx:2\n\+ +image: nginx:1$/m);
        assert.equal(await image(kind, name), 'nginx:1');
        // Immediately, before the controller renumbers revisions: back to the state before the undo.
        assert.match(await rollout(kind, name, 'undo'), /\(nginx:2\)/);
        assert.equal(await image(kind, name), 'nginx:2');
        await rolledOut(kind, name);
        assert.match(await rollout(kind, name, 'restart'), /^Restarted /);
        await rolledOut(kind, name);
        assert.match(
          await jsonPath('{.spec.template.metadata.annotations}', kind, name),
          /"kubectl\.kubernetes\.io\/restartedAt":"2/,
        );
        assert.match(
          await kubectl('get', kind, name, '-n', namespace.name, '--show-managed-fields', '-o', 'yaml'),
          /manager: mcp-k8s/,
        );
      });
    }

    it('goes to the revision that is named, with its change cause, and lists them when there is none', async () => {
      await twice('Deployment', 'named');
      await apply(workload('Deployment', 'named', '3', `, annotations: { kubernetes.io/change-cause: third }`));
      await rolledOut('deploy', 'named');
      assert.match(
        await refused('deploy', 'named', 'undo', { toRevision: 9 }),
        /no revision 9; there are: 3 \(current\) nginx:3 "third"; 2 nginx:2 "second"; 1 nginx:1\.$/,
      );
      await rollout('deploy', 'named', 'undo', { toRevision: 2 });
      assert.equal(await image('deploy', 'named'), 'nginx:2');
      assert.equal(await jsonPath('{.metadata.annotations.kubernetes\\.io/change-cause}', 'deploy', 'named'), 'second');
      await rolledOut('deploy', 'named');
      assert.match(await rollout('deploy', 'named', 'undo', { toRevision: 1 }), /to revision 1 \(nginx:1\)/);
      assert.equal(await jsonPath('{.metadata.annotations.kubernetes\\.io/change-cause}', 'deploy', 'named'), '');
      await rolledOut('deploy', 'named');
      assert.match(
        await refused('deploy', 'named', 'undo', { toRevision: 1 }),
        /no revision 1; there are: 5 \(current\) nginx:1;/,
      );
      assert.match(await rollout('deploy', 'named', 'undo', { toRevision: 5 }), /^No change: .*Nothing was sent/);
    });

    it('removes what the later template had added, and of a template that GitOps owns only when forced', async () => {
      const manifest = workload('Deployment', 'whole', '1');
      const owner = ['--server-side', '--field-manager=argocd-controller'];
      await apply(manifest, ...owner);
      await rolledOut('deploy', 'whole');
      await apply(manifest.replace("'nginx:1'", "'nginx:1', env: [{ name: MODE, value: slow }]"), ...owner);
      await rolledOut('deploy', 'whole');
      assert.match(await refused('deploy', 'whole', 'undo'), /\(owned by argocd-controller\).* force: true/);
      const text = await rollout('deploy', 'whole', 'undo', { force: true });
      assert.match(text, /Warning: its pod template is managed by argocd-controller/);
      assert.match(text, /^-.*name: MODE$/m);
      assert.equal(await jsonPath('{.spec.template.spec.containers[0].env}', 'deploy', 'whole'), '');
    });

    it('pauses and resumes a Deployment, and does nothing in vain while it is paused', async () => {
      await twice('Deployment', 'paused');
      assert.match(await rollout('deploy', 'paused', 'pause'), /^Paused /);
      assert.equal(await jsonPath('{.spec.paused}', 'deploy', 'paused'), 'true');
      assert.match(await rollout('deploy', 'paused', 'pause'), /^No change: .*paused already/);
      assert.match(
        await refused('deploy', 'paused', 'undo'),
        /is paused, so undo would do nothing\. Use action=resume first/,
      );
      assert.match(await refused('deploy', 'paused', 'restart'), /is paused, so restart would do nothing/);
      await kubectl('set', 'image', 'deploy/paused', 'app=nginx:3', '-n', namespace.name);
      assert.match(
        await server.text('wait_for_resource', { kind: 'deploy', name: 'paused', for: 'rollout', timeoutSeconds: 20 }),
        /^Not rolled out, and waiting will not help: .*it is paused, rollout_resource resumes it/,
      );
      assert.match(await rollout('deploy', 'paused', 'resume'), /^Resumed /);
      await rolledOut('deploy', 'paused');
      assert.match(await rollout('deploy', 'paused', 'resume'), /^No change: .*not paused/);
    });

    it('says what it cannot do', async () => {
      await apply(workload('Deployment', 'single', '1'));
      await rolledOut('deploy', 'single');
      assert.match(
        await refused('deploy', 'single', 'undo'),
        /no earlier revision to go back to; there are: 1 \(current\) nginx:1\.$/,
      );
      assert.match(
        await refused('job', 'migrate-db', 'restart'),
        /jobs\.batch have no rollouts\. What has: deployments\.apps/,
      );
      assert.match(await refused('sts', 'postgres', 'pause', { namespace: 'shop' }), /Only Deployments can be paused/);
      assert.match(await refused('deploy', 'singel', 'restart'), /There is no .*Nearest: single/);
      assert.match(await refused('deploy', 'single', 'restart', { toRevision: 1 }), /action=undo only/);
      assert.match(await refused('deploy', 'single', 'explode'), /action/);
    });
  });

  it('is refused by the switch, and by the cluster', async () => {
    const { kubeconfig } = await testCluster();
    const off = await McpServer.start(kubeconfig('admin'));
    assert.match(await off.error('scale_resource', { kind: 'deploy', name: 'web', replicas: 1 }), /switched off/);
    assert.match(
      await off.error('rollout_resource', { kind: 'deploy', name: 'web', action: 'restart' }),
      /switched off/,
    );
    await off.stop();
    const viewer = await McpServer.start(kubeconfig('viewer'), ['--namespace', 'shop', '--enable-update']);
    const forced = { kind: 'deploy', name: 'web', replicas: 1, force: true };
    assert.match(await viewer.error('scale_resource', forced), /\(403\)/);
    assert.match(await viewer.error('rollout_resource', { kind: 'deploy', name: 'web', action: 'restart' }), /\(403\)/);
    await viewer.stop();
  });
});
