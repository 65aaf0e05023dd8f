import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { findHelm } from '../cluster/binaries.ts';
import { testCluster } from './environment.ts';
import { CHART, helmHome, releaseSecret } from './helm.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl } from './scratch.ts';

const ALL = [
  '--enable-create',
  '--enable-update',
  '--enable-delete',
  '--enable-exec',
  '--review=off',
  '--journal=/dev/null',
];
/** Who may do it; the admin may do everything. */
type May = 'viewer and tenant' | 'viewer' | 'tenant' | 'admin alone';
/** What helm is told to write has tests of its own. */
const HELM_WRITES = /^(?:install|upgrade|rollback|uninstall|add|remove)_helm_/;
const RECORD = 'sh.helm.release.v1.seen.v1';
/** One sentence, with the role that would do. */
const FORBIDDEN_RELEASES =
  /^(?:Error: )?This user may not read Secrets in (?:all namespaces|namespace [-\w]+), where Helm keeps its releases: a (?:Cluster)?Role with the verbs get and list on secrets would do\.$/;

// `viewer` reads everything but Secrets and cluster-scoped kinds, `tenant` edits one namespace.
describe('every tool', () => {
  const own = { namespace: 'team-a' };
  const foreign = { namespace: 'shop' };
  const worker = { kind: 'deploy', name: 'worker', ...own };
  const web = { kind: 'deploy', name: 'web', ...foreign };
  const configMap = ({ namespace }: { namespace: string }) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: tried, namespace: ${namespace} }`;
  const patch = '{"metadata":{"labels":{"tried":"true"}}}';
  const dryRun = true;
  const field = (path: string, { name, namespace }: { name: string; namespace: string }) =>
    kubectl('get', 'deploy', name, '-n', namespace, '-o', `jsonpath={${path}}`);
  const podOf = async (app: string, { namespace }: { namespace: string }) =>
    (await kubectl('get', 'pods', '-n', namespace, '-l', `app=${app}`, '-o', 'jsonpath={.items[0].metadata.name}')) ||
    'none';

  const cases = async (): Promise<[string, Record<string, unknown>, May][]> => [
    ['list_contexts', {}, 'viewer and tenant'],
    ['get_api_resources', { query: 'deploy' }, 'viewer and tenant'],
    ['explain_resource', { kind: 'deploy', field: 'spec' }, 'viewer and tenant'],
    ['list_resources', { kind: 'deploy', ...own }, 'viewer and tenant'],
    ['list_resources', { kind: 'deploy', ...foreign }, 'viewer'],
    ['list_resources', { kind: 'secrets', ...own }, 'tenant'],
    ['list_resources', { kind: 'secrets', ...foreign }, 'admin alone'],
    ['list_resources', { kind: 'nodes' }, 'admin alone'],
    ['get_resource', worker, 'viewer and tenant'],
    ['get_resource', web, 'viewer'],
    ['get_pod_logs', worker, 'viewer and tenant'],
    ['get_pod_logs', web, 'viewer'],
    ['list_events', own, 'viewer and tenant'],
    ['list_events', foreign, 'viewer'],
    ['list_changes', { kind: 'deploy', ...own }, 'viewer and tenant'],
    ['compare_resources', { manifest: configMap(own) }, 'viewer and tenant'],
    ['compare_resources', { manifest: configMap(foreign) }, 'viewer'],
    ['get_resource_usage', { kind: 'pod', ...own }, 'viewer and tenant'],
    ['get_resource_usage', { kind: 'pod', ...foreign }, 'viewer'],
    ['diagnose_resource', worker, 'viewer and tenant'],
    ['diagnose_resource', web, 'viewer'],
    ['check_access', { verb: 'get', kind: 'pods', ...own }, 'viewer and tenant'],
    ['wait_for_resource', { ...worker, for: 'rollout' }, 'viewer and tenant'],
    ['wait_for_resource', { ...web, for: 'rollout' }, 'viewer'],
    ['create_resource', { manifest: configMap(own), dryRun }, 'tenant'],
    ['create_resource', { manifest: configMap(foreign), dryRun }, 'admin alone'],
    ['apply_manifest', { manifest: configMap(own), dryRun }, 'tenant'],
    ['apply_manifest', { manifest: configMap(foreign), dryRun }, 'admin alone'],
    ['update_resource', { ...worker, patch, dryRun }, 'tenant'],
    ['update_resource', { ...web, patch, dryRun }, 'admin alone'],
    ['delete_resource', { ...worker, dryRun }, 'tenant'],
    ['delete_resource', { ...web, dryRun }, 'admin alone'],
    ['scale_resource', { ...worker, replicas: Number(await field('.spec.replicas', worker)) }, 'tenant'],
    ['scale_resource', { ...web, replicas: Number(await field('.spec.replicas', web)) }, 'admin alone'],
    ['rollout_resource', { ...worker, action: 'resume' }, 'tenant'],
    ['rollout_resource', { ...web, action: 'resume' }, 'admin alone'],
    ['exec_in_pod', { name: await podOf('worker', own), command: ['true'], ...own }, 'tenant'],
    ['exec_in_pod', { name: await podOf('web', foreign), command: ['true'], ...foreign }, 'admin alone'],
    ['list_helm_releases', own, 'tenant'],
    ['list_helm_releases', foreign, 'admin alone'],
    ['get_helm_release', { name: 'seen', ...own }, 'tenant'],
    ['get_helm_release', { name: 'seen', ...foreign }, 'admin alone'],
    ['list_helm_repositories', {}, 'viewer and tenant'],
    ['render_helm_chart', { chart: 'web' }, 'viewer and tenant'],
  ];

  const releases = [own, foreign].map(({ namespace }) => releaseSecret({ name: 'seen', namespace }));
  before(() => apply(releases.map((release) => JSON.stringify(release)).join('\n---\n')));
  after(async () => {
    for (const { namespace } of [own, foreign]) await kubectl('delete', 'secret', RECORD, '-n', namespace);
  });

  for (const user of ['admin', 'viewer', 'tenant'] as const) {
    it(`does for ${user} what the cluster permits, and says what it does not`, async () => {
      const helm = await findHelm(console.error);
      const flags = [...ALL, `--helm=${helm.path}`];
      const kubeconfig = (await testCluster()).kubeconfig(user);
      const server = await McpServer.start(kubeconfig, flags, { HOME: helmHome() }, {}, dirname(CHART));
      try {
        const table = await cases();
        assert.deepEqual(
          new Set(table.map(([tool]) => tool)),
          new Set((await server.tools()).filter((name) => !HELM_WRITES.test(name))),
        );
        for (const [tool, args, may] of table) {
          const what = `${tool} ${JSON.stringify(args)}`;
          const { text, isError } = await server.call(tool, args);
          const permitted = user === 'admin' || may.includes(user);
          assert.equal(isError, !permitted, `${what}: ${text}`);
          if (permitted) assert.doesNotMatch(text, /forbidden/, what);
          else if (tool.includes('helm')) assert.match(text, FORBIDDEN_RELEASES, what);
          else assert.match(text, new RegExp(`User "${user}" cannot .*\\(403\\)`), what);
        }
      } finally {
        await server.stop();
      }
    });
  }

  it('lists the releases of all namespaces, or of the own one, or says which role would do', async () => {
    const answers = {
      tenant: /in all namespaces is forbidden; this is namespace team-a only/,
      viewer: FORBIDDEN_RELEASES,
    };
    for (const [user, expected] of Object.entries(answers)) {
      const server = await McpServer.start((await testCluster()).kubeconfig(user as keyof typeof answers));
      try {
        assert.match((await server.call('list_helm_releases')).text, expected);
      } finally {
        await server.stop();
      }
    }
  });
});
