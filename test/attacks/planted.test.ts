import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import type { JsonObject, KubernetesObject } from '../../src/kubernetes/apimachinery/objects.ts';
import { redactedValues } from '../../src/kubernetes/text/redact.ts';
import { findHelm } from '../cluster/binaries.ts';
import { testCluster } from '../server/environment.ts';
import { CHART, releaseSecret } from '../server/helm.ts';
import { McpServer } from '../server/mcp-process.ts';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';
import { everythingSaid, type Served } from './everything.ts';
import { leakOf } from './leaks.ts';
import { type RepeatingPrometheus, startRepeatingPrometheus } from './repeating-prometheus.ts';

/** Each costs several hundred requests. */
const RUNS = 2;
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];

const value = fc
  .tuple(
    fc.constantFrom('', '+/=', '-_.~', '%&?=#:/@', '"\\\'`$', '\n\t', '<>{}[]', 'äß€ ', ' ,;'),
    fc.array(fc.tuple(fc.constantFrom(...LETTERS), fc.nat(9), fc.nat(20)), { minLength: 8, maxLength: 40 }),
  )
  .map(([others, parts]) =>
    parts.map(([letter, chance, at]) => (others !== '' && chance < 3 ? others[at % others.length] : letter)).join(''),
  )
  .filter((text) => new Set(text).size >= 7 && text.trim() === text);
const credential = fc.constantFrom('DB_PASSWORD', 'API_KEY', 'client-secret', 'AUTH_TOKEN', 'MYSQL_ROOT_PASSWORD');
const variable = fc.record({ name: credential, value });

/** A text containing the value, as people write configuration. */
const around = fc.tuple(
  fc.constantFrom(...['%s', 'postgres://shop:%s@db.shop:5432/shop', 'password=%s', '{"password":"%s"}']),
  value,
);
const holding = around.map(([text, secret]) => ({ text: text.replace('%s', () => secret), secret }));

function pod(env: JsonObject[], more: JsonObject = {}): JsonObject {
  return {
    containers: [{ name: 'main', image: 'nginx:1.29', env: [{ name: 'MODE', value: 'fast' }, ...env], ...more }],
  };
}

interface Planted {
  served: Served;
  secrets: string[];
  /** For what an object holds compressed: that all are recognised is known from their places. */
  areRecognised?: true;
  /** Other objects that belong to it. */
  also?: object[];
}

/** Objects of several kinds, with values wherever a credential may be. */
function plantedIn(run: number, namespace: string): fc.Arbitrary<Planted[]> {
  const name = `planted-${run}`;
  const metadata = { name, namespace };
  const labels = { app: name };
  const served = (resource: string, object: JsonObject, secrets: string[]): Planted => ({
    served: { resource, object: { metadata, ...object } as KubernetesObject },
    secrets,
  });
  const template = (spec: JsonObject) => ({ metadata: { labels }, spec });
  const workload = (spec: JsonObject) => ({ selector: { matchLabels: labels }, template: template(spec) });
  const env = fc.uniqueArray(variable, { minLength: 1, maxLength: 3, selector: (one) => one.name });
  const secretsOf = (variables: { value: string }[]) => variables.map((one) => one.value);
  return fc.tuple(
    fc
      .tuple(fc.dictionary(fc.constantFrom('password', 'a.b', 'KEY-1', 'config.yaml'), holding, { minKeys: 1 }), value)
      .map(([data, echo]) => {
        const stringData = Object.fromEntries(Object.entries(data).map(([key, { text }]) => [key, text]));
        const annotations = { copy: `it is ${echo} too`, all: JSON.stringify(stringData) };
        const secrets = [...Object.values(data).map(({ secret }) => secret), echo];
        const object = { apiVersion: 'v1', kind: 'Secret', metadata: { ...metadata, annotations } };
        return served('secrets', { ...object, stringData: { ...stringData, echo } }, secrets);
      }),
    fc
      .dictionary(fc.constantFrom('DB_PASSWORD', 'application.properties', '.env', 'release'), holding, { minKeys: 1 })
      .map((data) => {
        const texts = Object.fromEntries(Object.entries(data).map(([key, { text }]) => [key, text]));
        const object = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { ...metadata, labels: { owner: 'helm' } },
          data: texts,
        };
        return served(
          'configmaps',
          object,
          Object.values(data).map(({ secret }) => secret),
        );
      }),
    env.map((variables) =>
      served(
        'pods',
        { apiVersion: 'v1', kind: 'Pod', spec: { ...pod(variables), nodeSelector: { none: 'such' } } },
        secretsOf(variables),
      ),
    ),
    fc
      .tuple(env, fc.constantFrom('deployments.apps', 'statefulsets.apps', 'daemonsets.apps'))
      .map(([variables, resource]) => {
        const kind =
          { 'deployments.apps': 'Deployment', 'statefulsets.apps': 'StatefulSet' }[resource as string] ?? 'DaemonSet';
        const replicas = kind === 'DaemonSet' ? {} : { replicas: 0 };
        const spec = { ...workload({ ...pod(variables), nodeSelector: { none: 'such' } }), ...replicas };
        return served(resource, { apiVersion: 'apps/v1', kind, spec }, secretsOf(variables));
      }),
    fc.tuple(env, value).map(([variables, argument]) => {
      const spec = {
        suspend: true,
        template: { spec: { ...pod(variables, { args: [`--password=${argument}`] }), restartPolicy: 'Never' } },
      };
      return served('jobs.batch', { apiVersion: 'batch/v1', kind: 'Job', spec }, [...secretsOf(variables), argument]);
    }),
    fc.tuple(env, value).map(([variables, password]) => {
      const spec = { env: variables, database: { password }, url: `https://shop:${password}@example.com/` };
      return served('vaults.attacks.mcp-k8s.dev', { apiVersion: 'attacks.mcp-k8s.dev/v1', kind: 'Vault', spec }, [
        ...secretsOf(variables),
        password,
      ]);
    }),
    fc.tuple(env, value, value).map(([variables, password, former]) => {
      const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: workload(pod(variables)) };
      const login = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { password } };
      const revision = (number: number, auth: string, status: string) =>
        releaseSecret({
          name,
          namespace,
          revision: number,
          status,
          config: { auth: { password: auth }, replicas: number },
          manifest: [deployment, login].map((one) => JSON.stringify(one)).join('\n---\n'),
        });
      return {
        served: { resource: 'secrets', object: revision(2, password, 'deployed') as KubernetesObject },
        secrets: [...secretsOf(variables), password, former],
        areRecognised: true as const,
        also: [revision(1, former, 'superseded')],
      };
    }),
  );
}

const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: vaults.attacks.mcp-k8s.dev }
spec:
  group: attacks.mcp-k8s.dev
  scope: Namespaced
  names: { kind: Vault, plural: vaults, singular: vault }
  versions:
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns:
        - { name: First, type: string, jsonPath: ".spec.env[0].value" }
        - { name: Rest, type: string, jsonPath: ".spec.env[*].value", priority: 1 }
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;

// A value planted where the recogniser hides it must not appear anywhere.
describe('a planted value', () => {
  const namespace = scratchNamespace();
  let server: McpServer;
  let folder: string;
  let journal: string;
  let prometheus: RepeatingPrometheus;
  let count = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-planted-'));
    prometheus = await startRepeatingPrometheus();
    journal = join(folder, 'journal');
    await apply(DEFINITION);
    await kubectl('wait', '--for=condition=Established', 'crd/vaults.attacks.mcp-k8s.dev');
    const args = ['--enable-create', '--enable-update', '--enable-delete', '--review=off', `--journal=${journal}`];
    const { path } = await findHelm(console.error);
    const file = (await testCluster()).kubeconfig('admin');
    const metrics = ['--toolsets=core,helm,metrics', `--prometheus-url=${prometheus.url}`];
    server = await McpServer.start(file, [...args, ...metrics, `--helm=${path}`], { HOME: folder }, {}, dirname(CHART));
  });
  after(async () => {
    await server.stop();
    prometheus.stop();
    await kubectl('delete', 'crd', 'vaults.attacks.mcp-k8s.dev', '--wait=false');
    await rm(folder, { recursive: true });
  });

  async function assertNothingSaid({ served, secrets, areRecognised, also = [] }: Planted): Promise<void> {
    const { resource, object } = served;
    const named = [resource, object.metadata?.name ?? '', '-n', namespace.name];
    await apply([object, ...also].map((one) => JSON.stringify(one)).join('\n---\n'));
    const live = JSON.parse(await kubectl('get', ...named, '-o', 'json')) as KubernetesObject;
    const hidden = redactedValues(live).join('\n');
    const recognised = secrets.filter((secret) => areRecognised || hidden.includes(secret));
    assert.ok(recognised.length > 0, 'nothing of it is recognised');
    prometheus.repeat(recognised);
    const said = await everythingSaid(server, served);
    await kubectl('delete', ...named, '--wait=false');
    said.set('the journal', await readFile(journal, 'utf8').catch(() => ''));
    for (const secret of recognised)
      for (const [what, text] of said) assert.equal(leakOf(secret, text), undefined, what);
  }

  it('comes out by no tool, resource, prompt or error, in no form', async function () {
    this.timeout(600_000);
    await fc.assert(
      fc.asyncProperty(
        fc.constant(null).chain(() => {
          count += 1;
          return plantedIn(count, namespace.name);
        }),
        async (all) => {
          for (const planted of all) await assertNothingSaid(planted);
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
