import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import { McpServer } from './mcp-process.ts';

describe('explain_resource', () => {
  let server: McpServer;
  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('viewer'));
  });
  after(() => server.stop());

  const explain = (kind: string, field?: string, args: object = {}) =>
    server.text('explain_resource', { kind, ...(field ? { field } : {}), ...args });
  const refused = (kind: string, field: string) => server.error('explain_resource', { kind, field });

  it('shows a kind’s fields, what is required, allowed and default', async () => {
    assert.match(
      await explain('deploy'),
      /^Deployment apps\/v1, namespaced\n.*\nFIELD\tTYPE\tDESCRIPTION\n(.*\n)*spec\tDeploymentSpec\t/,
    );
    const pod = await explain('deploy', 'spec.template.spec');
    assert.match(pod, /^Deployment apps\/v1 \.spec\.template\.spec: PodSpec\n/);
    assert.match(pod, /^containers\*\t\[\]Container\tList of containers belonging to the pod$/m);
    assert.match(pod, /^restartPolicy\tstring, one of Always\|Never\|OnFailure\t/m);
    assert.match(pod, /^nodeSelector\tmap\[string\]string\t/m);
    assert.match(pod, /\n\* required$/);
    assert.ok(pod.length < 5_000, `${pod.length}`);
  });

  it('steps into lists and maps, however they are written', async () => {
    for (const field of [
      'spec.containers.imagePullPolicy',
      '.spec.containers[].imagePullPolicy',
      'spec.containers[*].imagePullPolicy',
      'spec.containers.0.imagePullPolicy',
    ]) {
      assert.match(await explain('pod', field), /: string, one of Always\|IfNotPresent\|Never\nImage pull policy\. /);
    }
    assert.match(await explain('pod', 'spec.containers.resources.limits.cpu'), /: map\[string\]Quantity/);
    assert.match(await explain('svc', 'spec.ports'), /^targetPort\tIntOrString\t/m);
  });

  it('explains custom resources, nested as deep as asked', async () => {
    const text = await explain('widget', 'spec', { depth: 2 });
    assert.match(
      text,
      /^Widget demo\.mcp-k8s\.dev\/v1 \.spec: object, required\nIts author describes it so: "What the widget should be\."$/m,
    );
    assert.match(text, /^colour\*\tstring, one of red\|green\|blue\tThe colour that it is painted in$/m);
    assert.match(text, /^parts\t\[\]object\tWhat it is made of\n {2}name\*\tstring\tThe part's name$/m);
    assert.match(text, /^replicas\tinteger, 0\.\.100, default 1\t/m);
    assert.doesNotMatch(await explain('widget', 'spec'), /weightGrams/);
    assert.match(
      await explain('widget', undefined, { apiVersion: 'demo.mcp-k8s.dev/v1alpha1' }),
      /^Widget demo\.mcp-k8s\.dev\/v1alpha1, namespaced/,
    );
    assert.match(await explain('clusterprofile'), /cluster-scoped/);
  });

  it('stays bounded at any depth', async () => {
    const text = await explain('deploy', undefined, { depth: 5 });
    assert.ok(text.length < 17_000, `${text.length}`);
    assert.match(text, /… cut: .*Lower depth, or name a field\./);
    assert.ok((await explain('crd', 'spec.versions.schema', { depth: 4 })).length < 17_000);
  });

  it('names the nearest field, and where a field of that name is', async () => {
    assert.match(
      await refused('deploy', 'spec.templat'),
      /^There is no field "templat" at \.spec\. Nearest there: template\./,
    );
    assert.match(
      await refused('deploy', 'spec.image'),
      /A field of this name is at \.spec\.template\.spec\.containers\.image/,
    );
    assert.match(await refused('pod', 'spec.nodeName.x'), /^\.spec\.nodeName is a string and has no field "x"\.$/);
    assert.match(await refused('clusterprofile', 'spec.settings.x'), /takes any fields/);
    assert.match(
      await refused('widget', 'zzzzzzzz'),
      /at the top level\. It has: apiVersion, kind, metadata, spec, status\./,
    );
    assert.match(await refused('wigdet', 'spec'), /Nearest: .*[Ww]idget/);
  });

  describe('behind a proxy', () => {
    let proxy: FaultProxy;
    let behind: McpServer;
    before(async () => {
      proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
      behind = await McpServer.start(proxy.kubeconfig);
    });
    after(async () => {
      await behind.stop();
      await proxy.stop();
    });

    it('reads a document once, however often it is asked', async () => {
      const documents = () => proxy.exchanges.filter(({ path }) => path === '/openapi/v3/apis/apps/v1').length;
      await Promise.all([
        behind.text('explain_resource', { kind: 'deploy' }),
        behind.text('explain_resource', { kind: 'sts' }),
      ]);
      await behind.text('explain_resource', { kind: 'deploy', field: 'spec' });
      assert.equal(documents(), 1);
    });

    it('falls back to the definition of a custom resource, and says what it cannot know', async () => {
      proxy.fail(({ path }) => path.startsWith('/openapi'), { status: 404, reason: 'NotFound' });
      const text = await behind.text('explain_resource', { kind: 'widget', field: 'spec' });
      assert.match(text, /\(from its CustomResourceDefinition\)\n[\s\S]*^colour\*\tstring, one of red\|green\|blue\t/m);
      assert.match(
        await behind.error('explain_resource', { kind: 'deploy' }),
        /publishes no OpenAPI v3.*get_resource of an existing object shows its fields/,
      );
    });
  });
});
