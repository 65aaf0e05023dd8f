import assert from 'node:assert/strict';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const lines = (text: string) => text.split('\n');

describe('reading', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const configMap = (name: string, labels = '{}', data = '{ a: b }') =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace.name}, labels: ${labels} }\ndata: ${data}\n`;

  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'));
    const numbered = Array.from({ length: 25 }, (_, index) =>
      configMap(`map-${String(index).padStart(2, '0')}`, `{ parity: ${index % 2 ? 'odd' : 'even'} }`),
    );
    const secret = `apiVersion: v1\nkind: Secret\nmetadata: { name: credentials, namespace: ${namespace.name} }\nstringData: { password: correct-horse, token: battery-staple }\n`;
    const deployment = `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: ${namespace.name} }\nspec:\n  replicas: 0\n  selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec:\n      containers:\n      - { name: app, image: 'nginx:1.27', env: [{ name: DB_PASSWORD, value: staple-battery }] }\n      - { name: proxy, image: 'envoy:1' }\n`;
    await apply([...numbered, secret, deployment].join('---\n'));
  });
  after(() => server.stop());

  describe('get_api_resources', () => {
    it('lists all kinds in kubectl’s columns, custom ones too, in little text', async () => {
      const text = await server.text('get_api_resources');
      assert.match(text, /^NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND\tVERBS\n/);
      assert.match(text, /^deployments\tdeploy\tapps\/v1\ttrue\tDeployment\tall$/m);
      assert.match(text, /^widgets\t\S+\tdemo\.mcp-k8s\.dev\/v1\ttrue\tWidget\tall$/m);
      const expected = await kubectl('api-resources', '--no-headers', '-o', 'name');
      assert.equal(lines(text).filter((line) => /\t(true|false)\t/.test(line)).length, lines(expected).length);
      assert.ok(text.length < 8_000, `${text.length}`);
    });

    it('filters by scope, group and words', async () => {
      assert.doesNotMatch(await server.text('get_api_resources', { includeClusterScoped: false }), /\tfalse\t/);
      assert.doesNotMatch(await server.text('get_api_resources', { includeNamespaceScoped: false }), /\ttrue\t/);
      assert.deepEqual(lines(await server.text('get_api_resources', { query: 'CRON' })).length, 3);
      assert.match(await server.text('get_api_resources', { group: 'batch' }), /cronjobs.*\n.*jobs/);
      assert.match(
        await server.text('get_api_resources', { group: 'nope' }),
        /No kind matches.\nThere is no group "nope". Groups: "", /,
      );
      assert.match(await server.text('get_api_resources', { query: 'deploymnet' }), /Nearest: .*deployments/);
    });
  });

  describe('list_resources', () => {
    it('shows the columns of kubectl without padding', async () => {
      const text = await server.text('list_resources', { kind: 'deploy', namespace: namespace.name });
      assert.match(
        text,
        new RegExp(
          `^1 deployments\\.apps in namespace ${namespace.name}\nNAME\tREADY\tUP-TO-DATE\tAVAILABLE\tAGE\nweb\t0/0\t0\t0\t\\S+$`,
        ),
      );
      assert.match(
        await server.text('list_resources', { kind: 'deploy', namespace: namespace.name, output: 'wide' }),
        /\tIMAGES\t.*\n.*nginx:1\.27,envoy:1/,
      );
    });

    it('lists all namespaces unless one is given', async () => {
      const text = await server.text('list_resources', { kind: 'configmaps', labelSelector: 'parity=odd' });
      assert.match(text, /^12 configmaps in all namespaces\nNAMESPACE\tNAME\tDATA\tAGE\n/);
      assert.equal(lines(text).filter((line) => line.startsWith(`${namespace.name}\t`)).length, 12);
    });

    it('pages to the end without losing or repeating anything', async () => {
      const seen: string[] = [];
      let token: string | undefined;
      let pages = 0;
      do {
        const text = await server.text('list_resources', {
          kind: 'cm',
          namespace: namespace.name,
          limit: 10,
          output: 'name',
          ...(token ? { continue: token } : {}),
        });
        seen.push(...lines(text).filter((line) => line.startsWith('map-')));
        if (pages === 0) assert.match(text, /^10 of 26 configmaps/);
        token = /continue="([^"]+)"/.exec(text)?.[1];
        pages += 1;
      } while (token);
      assert.equal(pages, 3);
      assert.deepEqual(
        seen,
        Array.from({ length: 25 }, (_, index) => `map-${String(index).padStart(2, '0')}`),
      );
    });

    it('answers with selectors, columns, names and YAML', async () => {
      const place = { namespace: namespace.name };
      assert.match(
        await server.text('list_resources', { kind: 'cm', ...place, fieldSelector: 'metadata.name=map-07' }),
        /^1 configmaps.*\n.*\nmap-07\t1\t/,
      );
      assert.equal(
        await server.text('list_resources', {
          kind: 'deploy',
          ...place,
          columns: ['IMAGES:.spec.template.spec.containers[*].image', '.spec.replicas'],
        }),
        `1 deployments.apps in namespace ${namespace.name}\nNAME\tIMAGES\tREPLICAS\nweb\tnginx:1.27,envoy:1\t0`,
      );
      assert.equal(
        await server.text('list_resources', { kind: 'deploy', ...place, output: 'name' }),
        `1 deployments.apps in namespace ${namespace.name}\nweb`,
      );
      assert.match(
        await server.text('list_resources', { kind: 'deploy', ...place, output: 'yaml' }),
        /\n---\napiVersion: apps\/v1\nkind: Deployment\nmetadata:\n {2}name: web\n/,
      );
    });

    it('lists several kinds in one call', async () => {
      const place = { namespace: namespace.name, fieldSelector: 'metadata.name=web' };
      assert.equal(
        await server.text('list_resources', { ...place, kind: 'deploy, svc', columns: ['REPLICAS:.spec.replicas'] }),
        `1 deployments.apps in namespace ${namespace.name}\nNAME\tREPLICAS\nweb\t0\n\n` +
          `No services in namespace ${namespace.name} match fieldSelector metadata.name=web.`,
      );
      const whole = await server.text('list_resources', {
        kind: 'cm,deploy',
        namespace: namespace.name,
        limit: 1,
        output: 'name',
      });
      const token = /continue="([^"]+)"\n\n1 deployments\.apps/.exec(whole)?.[1];
      const next = { kind: 'cm', namespace: namespace.name, limit: 1, output: 'name', continue: token };
      assert.match(await server.text('list_resources', next), /^1 configmaps.*\nmap-00\n/);
      assert.match(
        await server.error('list_resources', { ...next, kind: 'cm,deploy' }),
        /continue token belongs to one kind/,
      );
      assert.match(await server.error('list_resources', { kind: 'cm,depployment' }), /no kind "depployment"/);
      assert.match(await server.error('list_resources', { kind: 'cm,' }), /kind: /);
      assert.match(await server.error('list_resources', { kind: Array(26).fill('cm').join() }), /25 kinds at most/);
    });

    it('redacts in every output', async () => {
      for (const output of ['table', 'wide', 'name', 'yaml']) {
        for (const kind of ['secrets', 'deploy']) {
          const text = await server.text('list_resources', { kind, namespace: namespace.name, output });
          assert.doesNotMatch(text, /horse|staple|Y29ycmVjd/, `${kind} ${output}`);
        }
      }
      const columns = await server.text('list_resources', {
        kind: 'secrets',
        namespace: namespace.name,
        columns: ['.data', '.metadata.annotations'],
      });
      assert.match(columns, /<redacted #[0-9a-f]{4}>/);
      assert.doesNotMatch(columns, /horse|Y29ycmVjd/);
    });

    it('says that there is nothing, and why', async () => {
      assert.equal(
        await server.text('list_resources', { kind: 'jobs', namespace: namespace.name }),
        `No jobs.batch in namespace ${namespace.name}.`,
      );
      assert.match(
        await server.text('list_resources', { kind: 'cm', namespace: namespace.name, labelSelector: 'a=b' }),
        /No configmaps .* match labelSelector a=b\./,
      );
      assert.match(
        await server.error('list_resources', { kind: 'cm', namespace: 'shopp' }),
        /namespace "shopp" does not exist; nearest: shop/,
      );
    });

    it('teaches about mistakes', async () => {
      assert.match(
        await server.error('list_resources', { kind: 'depployment' }),
        /no kind "depployment". Nearest: Deployment/,
      );
      assert.match(
        await server.error('list_resources', { kind: 'backups' }),
        /ambiguous: Backup in .*; Backup in .*kind backups\.alpha\.mcp-k8s\.dev or backups\.beta/,
      );
      assert.match(
        await server.error('list_resources', { kind: 'pods', labelSelector: 'a in (' }),
        /\(400 BadRequest\)/,
      );
      assert.match(
        await server.error('list_resources', { kind: 'pods', fieldSelector: 'spec.nope=1' }),
        /field label not supported/,
      );
      assert.match(
        await server.error('list_resources', { kind: 'cm', columns: ['$[?(@.a'] }),
        /is not a JSONPath.*Examples/,
      );
      assert.match(await server.error('list_resources', { kind: 'cm', continue: 'nonsense' }), /continue/);
      assert.match(await server.error('list_resources', { kind: 'selfsubjectreviews' }), /cannot be listed/);
    });

    it('cuts an answer that is too long where the next page goes on', async () => {
      const big = (index: number) => configMap(`big-${index}`, '{ size: big }', `{ text: ${'x'.repeat(9_000)} }`);
      await apply(Array.from({ length: 10 }, (_, index) => big(index)).join('---\n'), '--server-side');
      const seen: string[] = [];
      let token: string | undefined;
      do {
        const text = await server.text('list_resources', {
          kind: 'cm',
          namespace: namespace.name,
          labelSelector: 'size=big',
          output: 'yaml',
          ...(token ? { continue: token } : {}),
        });
        assert.ok(text.length < 42_000, `${text.length}`);
        seen.push(...text.matchAll(/^ {2}name: (big-\d)$/gm).map((match) => String(match[1])));
        token = /continue="([^"]+)"/.exec(text)?.[1];
      } while (token);
      assert.deepEqual(
        seen,
        Array.from({ length: 10 }, (_, index) => `big-${index}`),
      );
    });
  });

  describe('get_resource', () => {
    it('gives the object as YAML or JSON, without noise', async () => {
      const place = { kind: 'deploy', name: 'web', namespace: namespace.name };
      const yaml = await server.text('get_resource', place);
      assert.match(yaml, /^apiVersion: apps\/v1\nkind: Deployment\nmetadata:\n {2}name: web\n/);
      assert.match(yaml, /resourceVersion: "\d+"/);
      assert.doesNotMatch(yaml, /managedFields|last-applied|staple-battery/);
      assert.match(yaml, /value: "<redacted #[0-9a-f]{4}>"/);
      const json = JSON.parse(await server.text('get_resource', { ...place, output: 'json' }));
      assert.equal(json.metadata.name, 'web');
      const fields = ['.spec.replicas', '.spec.template.spec.containers[*].image', '.spec.nope'];
      assert.match(
        await server.text('get_resource', { ...place, fields }),
        /^\.spec\.replicas: 0\n\.spec\.template\.spec\.containers\[\*\]\.image:\n- nginx:1\.27\n- envoy:1\n\.spec\.nope: null\n# \.spec\.nope finds nothing: There is no field "nope" at \.spec\. .*$/,
      );
    });

    it('links the object for the user only, and the link can be read', async () => {
      const { result } = await server.call('get_resource', {
        kind: 'secret',
        name: 'credentials',
        namespace: namespace.name,
      });
      const link = result.content.find((part) => part.type === 'resource_link');
      assert.equal(link?.uri, `k8s:///${namespace.name}/secrets/credentials.yaml?context=admin`);
      assert.deepEqual(link?.annotations, { audience: ['user'] });
      assert.equal(result.structuredContent, undefined);
      const { contents } = await server.client.readResource({ uri: link?.uri ?? '' });
      assert.equal(contents.length, 1);
      assert.match(String((contents[0] as { text: string }).text), /password: "<redacted #[0-9a-f]{4}>"/);
      await assert.rejects(server.client.readResource({ uri: 'k8s:///x/pods/none.yaml' }), /"none"|not found/);
      await assert.rejects(
        server.client.readResource({ uri: 'file:///etc/passwd' }),
        /not the URI of a Kubernetes object/,
      );
      await assert.rejects(
        server.client.readResource({ uri: 'k8s:///x/pods/a.yaml?context=other' }),
        /"other" is not allowed here/,
      );
    });

    it('names what exists instead', async () => {
      assert.match(
        await server.error('get_resource', { kind: 'cm', name: 'map-77', namespace: namespace.name }),
        /no configmaps "map-77" in namespace .* Nearest: map-/,
      );
      assert.match(
        await server.error('get_resource', { kind: 'cm', name: 'map-07', namespace: 'default' }),
        new RegExp(`It exists in namespace ${namespace.name}`),
      );
      assert.match(
        await server.error('get_resource', { kind: 'cm', name: 'x', namespace: 'defualt' }),
        /namespace "defualt" does not exist; nearest: default/,
      );
      assert.match(
        await server.error('get_resource', { kind: 'cm', name: '..', namespace: namespace.name }),
        /not a valid name/,
      );
    });

    it('reads odd and very long names', async () => {
      const names = JSON.parse(await kubectl('get', 'clusterroles', '-o', 'json')).items.map(
        ({ metadata }: { metadata: { name: string } }) => metadata.name,
      ) as string[];
      const odd = names.find((name) => name.startsWith('system:')) ?? '';
      assert.match(await server.text('get_resource', { kind: 'clusterrole', name: odd }), new RegExp(`name: ${odd}`));
    });

    it('cuts what is too big and says how to read the rest', async () => {
      await apply(configMap('huge', '{}', `{ first: ${'x'.repeat(60_000)}, second: small }`), '--server-side');
      const text = await server.text('get_resource', { kind: 'cm', name: 'huge', namespace: namespace.name });
      assert.ok(text.length < 41_000);
      assert.match(text, /… cut: \d+ of \d+ characters shown\. Use fields .* Largest: \.data\.first/);
      assert.equal(
        await server.text('get_resource', {
          kind: 'cm',
          name: 'huge',
          namespace: namespace.name,
          fields: ['.data.second'],
        }),
        '.data.second: small\n',
      );
    });
  });

  it('finds a kind that was defined after the start', async () => {
    const crd = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: latecomers.${namespace.name}.example.com }\nspec:\n  group: ${namespace.name}.example.com\n  scope: Namespaced\n  names: { plural: latecomers, singular: latecomer, kind: Latecomer }\n  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]\n`;
    await server.error('list_resources', { kind: 'latecomer' });
    await apply(crd);
    await kubectl('wait', '--for=condition=Established', `crd/latecomers.${namespace.name}.example.com`);
    try {
      assert.match(await server.text('list_resources', { kind: 'latecomer' }), /^No latecomers/);
    } finally {
      await kubectl('delete', 'crd', `latecomers.${namespace.name}.example.com`);
    }
  });

  it('follows a kind to the version that is served, and says only of a served kind what does not exist', async () => {
    const group = `moving.${namespace.name}.example.com`;
    const version = (name: string, isServed: boolean) =>
      `{ name: ${name}, served: ${isServed}, storage: ${name === 'v1'}, schema: { openAPIV3Schema: { type: object } } }`;
    const crd = (isOld: boolean) =>
      apply(
        `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: movers.${group} }\nspec:\n  group: ${group}\n  scope: Namespaced\n  names: { plural: movers, singular: mover, kind: Mover }\n  versions: [${version('v1alpha1', isOld)}, ${version('v1', !isOld)}]\n`,
      );
    const path = (served: string) => `/apis/${group}/${served}/namespaces/${namespace.name}/movers`;
    const { client } = await testCluster();
    const isServed = async (name: string) => (await client.send('GET', path(name))).status === 200;
    const one = { kind: 'mover', namespace: namespace.name };
    try {
      await crd(true);
      await until(() => isServed('v1alpha1'));
      await apply(`apiVersion: ${group}/v1alpha1\nkind: Mover\nmetadata: { name: one, namespace: ${namespace.name} }`);
      assert.match(await server.text('get_resource', { ...one, name: 'one' }), /\/v1alpha1$/m);
      await crd(false);
      await until(async () => !(await isServed('v1alpha1')) && (await isServed('v1')));
      const uri = `k8s:///${namespace.name}/movers.${group}/one.yaml`;
      assert.match(JSON.stringify(await server.client.readResource({ uri })), new RegExp(`${group}/v1[^a]`));
      assert.match(await server.text('get_resource', { ...one, name: 'one' }), /\/v1$/m);
      assert.match(await server.text('list_resources', one), /^one\t/m);
      assert.match(await server.error('get_resource', { ...one, name: 'two' }), /There is no movers.* "two".*one/);
    } finally {
      await kubectl('delete', 'crd', `movers.${group}`);
    }
    await until(async () => !(await isServed('v1')));
    assert.doesNotMatch(await server.error('get_resource', { ...one, name: 'one' }), /There is no/);
    await until(async () => /serves no kind/.test(await server.error('get_resource', { ...one, name: 'one' })));
  });
});
