import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CHART, helm, payloadOf, releaseSecret, startWithCharts, WRITES } from './helm.ts';
import type { McpServer } from './mcp-process.ts';
import { apply, kubectl, namespacesDeleted, scratchNamespace } from './scratch.ts';

const CANARY = 'k3pt-fr0m-ch4rts';
const PAYLOAD = Buffer.from(payloadOf({ name: 'other', namespace: 'x', notes: CANARY })).toString('base64');

/** What a chart asks for by `lookup`. */
interface Look {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
}

describe('What a chart looks up', function () {
  this.timeout(300_000);
  let server: McpServer;
  const own = scratchNamespace();
  const foreign = scratchNamespace();
  before(async () => {
    const record = { name: 'other', notes: CANARY };
    const secret = (namespace: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'db', namespace, annotations: { note: CANARY }, labels: { owner: 'helm', name: 'seen' } },
      stringData: { password: CANARY },
    });
    const inConfigMap = (namespace: string, name: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, labels: { owner: 'helm', name: 'other', version: '1', status: 'deployed' } },
      data: { release: CANARY },
    });
    const objects = [own.name, foreign.name].flatMap((namespace) => [
      releaseSecret({ ...record, namespace }),
      releaseSecret({ name: 'seen.v1', namespace, notes: CANARY }, PAYLOAD),
      secret(namespace),
      inConfigMap(namespace, 'sh.helm.release.v1.old.v1'),
    ]);
    await apply(objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    await helm('install', 'seen', CHART, '-n', own.name, '--set', `auth.password=${CANARY}`);
    server = await startWithCharts('--namespace', own.name, ...WRITES);
  });
  after(() => server.stop());

  /** What the chart had in its hands, as the cluster has it: nothing between has redacted it. */
  async function seen(name: string): Promise<string[]> {
    const { data } = JSON.parse(await kubectl('get', 'cm', name, '-n', own.name, '-o', 'json'));
    return Object.keys(data).map((_, index) => [...data[`look-${index}`]].reverse().join(''));
  }

  function assertNothing(text: string, look: Look): void {
    const what = JSON.stringify(look);
    assert.ok(!text.includes(CANARY), what);
    assert.ok(!text.includes(Buffer.from(CANARY).toString('base64')), what);
    const found = JSON.parse(text || '{}');
    for (const { data = {}, metadata } of Array.isArray(found) ? found : [found]) {
      const isRecord = metadata?.name?.startsWith('sh.helm.release.v1.');
      if (!isRecord && !look.kind.toLowerCase().startsWith('secret')) continue;
      for (const value of Object.values<string>(data)) {
        const texts = [value, Buffer.from(value, 'base64').toString()];
        assert.ok(texts.includes('redacted-by-mcp-k8s'), `${what}: ${metadata?.name}`);
      }
    }
  }

  const upgrade = (looks: Look[]) =>
    server.call('upgrade_helm_chart', {
      name: 'seen',
      chart: 'curious',
      values: JSON.stringify({ looks }),
      wait: false,
    });
  const records = ['seen.v1', 'seen.v2', 'seen.v1.v1', 'other.v1', 'old.v1'].map(
    (name) => `sh.helm.release.v1.${name}`,
  );

  it('holds no value of a Secret, nor a record of a release', async () => {
    const looks = ['Secret', 'ConfigMap'].flatMap((kind) =>
      [own.name, foreign.name, ''].flatMap((namespace) =>
        ['', 'db', 'seen', ...records].map((name) => ({ apiVersion: 'v1', kind, namespace, name })),
      ),
    );
    // Where a name is asked for in no namespace, the API server finds no such path.
    const asked = looks.filter(({ namespace, name }) => namespace !== '' || name === '');
    await namespacesDeleted();
    const { text, isError } = await upgrade(asked);
    assert.ok(!isError, text);
    const answers = await seen('seen');
    assert.equal(answers.length, asked.length);
    for (const answer of answers) assertNothing(answer, asked[answers.indexOf(answer)] as Look);
    const all = answers.join('\n');
    for (const name of [...records, 'db', 'seen'])
      if (!name.endsWith('seen.v2')) assert.ok(all.includes(`"name":"${name}"`), `${name} was there to be found`);
    assert.ok(all.includes('"password"'));
  });

  it('is no more by any other spelling', async () => {
    const looks: fc.Arbitrary<Look> = fc.record({
      apiVersion: fc.constantFrom('v1', 'core/v1', 'v1beta1', '/v1', 'v1/', 'watch/v1', 'v1/watch'),
      kind: fc.constantFrom('Secret', 'SecretList', 'secret', 'secrets', 'ConfigMap', 'ConfigMapList'),
      namespace: fc.constantFrom(own.name, foreign.name, '', `${own.name}/`, `../${own.name}`, '*', `${own.name}%2f`),
      name: fc.constantFrom('', 'db', 'db?watch=1', 'db/', './db', '%64b', 'db#x', '../secrets/db', 'db\n', ...records),
    });
    // One at a time: one that fails would take the others with it.
    for (const look of fc.sample(looks, { numRuns: 24, seed: 13 })) {
      const { text, isError } = await upgrade([look]);
      assert.ok(!text.includes(CANARY), JSON.stringify(look));
      if (!isError) for (const answer of await seen('seen')) assertNothing(answer, look);
    }
  });

  it('is not written down in the place of the value', async () => {
    const templates = [
      '{{ .value }}',
      '{{ printf "ab%s" (b64dec .value) | b64enc }}',
      '{{ .value | b64dec | b64enc }}',
    ];
    for (const template of templates) {
      const copies = [{ namespace: own.name, name: 'db', key: 'password', to: 'copy', template }];
      assert.match(
        await server.error('install_helm_chart', {
          name: 'copier',
          chart: 'curious',
          values: JSON.stringify({ copies }),
          wait: false,
        }),
        /^Nothing was written\. The chart looks up a Secret and copies a value of it into Secret copy;/,
      );
    }
    assert.equal(await kubectl('get', 'secret', 'copy', '-n', own.name, '--ignore-not-found'), '');
  });

  it('leaves the Secrets of the release as they were', async () => {
    await helm('install', 'kept', CHART, '-n', own.name, '--set', `auth.password=${CANARY}`);
    await server.text('upgrade_helm_chart', { name: 'kept', values: 'replicas: 2', wait: false });
    const password = () => kubectl('get', 'secret', 'kept', '-n', own.name, '-o', 'jsonpath={.data.password}');
    assert.equal(await password(), Buffer.from(CANARY).toString('base64'));
    await server.text('upgrade_helm_chart', { name: 'kept', values: 'auth: { password: another-one }', wait: false });
    assert.equal(await password(), Buffer.from('another-one').toString('base64'));
    await server.text('rollback_helm_release', { name: 'kept', revision: 1, wait: false });
    assert.equal(await password(), Buffer.from(CANARY).toString('base64'));
  });
});
