import assert from 'node:assert/strict';
import { findHelm } from '../cluster/binaries.ts';
import { testCluster } from './environment.ts';
import { releaseSecret } from './helm.ts';
import { HttpServer } from './http-process.ts';
import { PYTHON_SDKS } from './prerequisites.ts';
import { PythonClient } from './python-client.ts';
import { apply, kubectl } from './scratch.ts';

const shop = { namespace: 'shop' };
/** A call of each read tool, and text that its answer must contain. */
const reads: Record<string, [Record<string, unknown>, RegExp]> = {
  get_api_resources: [{ query: 'deployments' }, /deployments/],
  list_resources: [{ kind: 'deploy', ...shop }, /deployments\.apps in namespace shop/],
  get_resource: [{ kind: 'deploy', name: 'web', ...shop }, /name: web/],
  get_pod_logs: [{ kind: 'deploy', name: 'web', ...shop, tailLines: 2 }, /./],
  list_events: [shop, /events?/i],
  get_resource_usage: [{ kind: 'Node' }, /CPU/],
  diagnose_resource: [{ kind: 'deploy', name: 'web', ...shop }, /web/],
  explain_resource: [{ kind: 'deploy', field: 'spec.replicas' }, /replicas/],
  wait_for_resource: [{ kind: 'deploy', name: 'web', ...shop, for: 'ready', timeoutSeconds: 5 }, /web/],
  list_contexts: [{}, /admin/],
  list_changes: [{ ...shop, since: '365d' }, /changes? in namespace shop/],
  compare_resources: [{ kind: 'deploy', name: 'web', ...shop, toName: 'payments' }, /payments/],
  check_access: [{ kind: 'pods', ...shop }, /may .*list/],
  list_helm_releases: [shop, /Helm releases? in namespace shop|no Helm releases/i],
  get_helm_release: [{ name: 'driven', ...shop }, /Release driven in namespace shop/],
  list_helm_repositories: [{}, /Helm knows/],
};

/** Over HTTP no folder of the server is read. */
const refused: typeof reads = { render_helm_chart: [{ chart: './web' }, /is not read|workspace/] };

describe('the Python SDK over HTTP', () => {
  // Two interpreters at a time.
  let kubeconfig: string;
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('admin');
    await apply(JSON.stringify(releaseSecret({ name: 'driven', ...shop })));
  });
  after(() => kubectl('delete', 'secret', 'sh.helm.release.v1.driven.v1', '-n', shop.namespace));

  for (const sdk of PYTHON_SDKS) {
    for (const over of ['sse', 'streamable-http'] as const) {
      it(`${sdk} drives every tool that reads over ${over}, two clients at once, and comes back after a restart`, async () => {
        const args = ['--kubeconfig', kubeconfig, '--helm', (await findHelm(console.error)).path, '--transport', over];
        let server = await HttpServer.start(args);
        const url = server.url(over === 'sse' ? '/sse' : '/mcp');
        const clients = await Promise.all([PythonClient.start(sdk, url, over), PythonClient.start(sdk, url, over)]);
        const tools = (await clients[0]?.text('tools/list'))?.split(' ');
        assert.deepEqual(tools?.sort(), Object.keys({ ...reads, ...refused }).sort());
        await Promise.all(
          clients.map(async (client) => {
            for (const [name, [input, expected]] of Object.entries(reads))
              assert.match(await client.text(name, input), expected, name);
            for (const [name, [input, expected]] of Object.entries(refused)) {
              const { text, error } = await client.ask(name, input);
              assert.ok(error, name);
              assert.match(text, expected, name);
            }
          }),
        );
        assert.equal(await server.stop(), 0);
        server = await HttpServer.start([...args, '--port', new URL(url).port]);
        for (const client of clients) {
          const { text } = await client.ask('list_contexts');
          assert.match(text, /admin/);
          await client.stop();
        }
      });
    }
  }
});
