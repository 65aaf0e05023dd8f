import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { scratchNamespace } from './scratch.ts';

const RUNS = 8;
const WRITES = ['--enable-create', '--enable-update', '--enable-delete', '--review=off'];

/** Long enough not to occur by chance. */
const needle = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 20, maxLength: 20 });
const around = fc.string({ unit: fc.constantFrom(...'ab\n\t "\'\\=:,é'), maxLength: 6 });
const value = fc.tuple(around, needle, around);
const key = fc
  .string({ unit: fc.constantFrom(...'abc-_.'), minLength: 1, maxLength: 8 })
  .filter((name) => name !== '.' && !name.startsWith('..'));
const variable = fc.constantFrom('DB_PASSWORD', 'API_KEY', 'client-secret', 'AUTH_TOKEN');
const content = fc.record({
  data: fc.dictionary(key, value, { minKeys: 1, maxKeys: 3 }),
  stringData: fc.dictionary(key, value, { maxKeys: 2 }),
  env: fc.uniqueArray(fc.tuple(variable, value), { minLength: 1, maxLength: 3, selector: ([name]) => name }),
});

describe('a redacted value', () => {
  let server: McpServer;
  let folder: string;
  let journal: string;
  let count = 0;
  const namespace = scratchNamespace();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-hidden-'));
    journal = join(folder, 'journal.jsonl');
    const cluster = await testCluster();
    server = await McpServer.start(cluster.kubeconfig('admin'), [...WRITES, `--journal=${journal}`]);
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  /** All output about a Secret and a pod from creation to deletion, errors included. */
  async function everythingSaid(input: typeof content extends fc.Arbitrary<infer T> ? T : never): Promise<string> {
    count += 1;
    const name = `hidden-${count}`;
    const plain = (entries: Record<string, [string, string, string]>) =>
      Object.fromEntries(Object.entries(entries).map(([each, parts]) => [each, parts.join('')]));
    const data = Object.entries(plain(input.data)).map(([each, text]) => [each, Buffer.from(text).toString('base64')]);
    const place = { namespace: namespace.name };
    const metadata = { name, ...place };
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...metadata, annotations: { copy: JSON.stringify(plain(input.data)) } },
      data: Object.fromEntries(data),
      stringData: plain(input.stringData),
    };
    const env = input.env.map(([each, parts]) => ({ name: each, value: parts.join('') }));
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { nodeSelector: { none: 'such' }, containers: [{ name: 'main', image: 'nginx:1.29', env }] },
    };
    const said: string[] = [];
    const say = async (tool: string, args: Record<string, unknown>) => {
      const { text } = await server.call(tool, args);
      said.push(text);
      return text;
    };
    const both = `${JSON.stringify(secret)}\n---\n${JSON.stringify(pod)}`;
    await say('create_resource', { manifest: both, dryRun: true });
    assert.match(await say('create_resource', { manifest: both }), /created: secrets.*\ncreated: pods/);
    await say('create_resource', { manifest: both });
    await say('create_resource', { manifest: JSON.stringify({ ...secret, metadata, immutable: secret.data }) });
    for (const kind of ['secrets', 'pods']) {
      await say('get_resource', { kind, name, ...place });
      await say('get_resource', { kind, name, ...place, output: 'json' });
      await say('get_resource', { kind, name, ...place, fields: ['.data', '.metadata', '.spec.containers[*].env'] });
      await say('list_resources', { kind, ...place, output: 'wide' });
      await say('list_resources', { kind, ...place, output: 'yaml' });
      await say('list_resources', { kind, ...place, columns: ['A:.data', 'B:.metadata.annotations', 'C:.spec'] });
      await say('list_resources', { kind, ...place, groupBy: ['.data'] });
      await say('list_resources', { kind, ...place, groupBy: ['.spec.containers[*].env[*].value'] });
      await say('diagnose_resource', { kind, name, ...place });
      await say('list_events', { kind, name, ...place });
    }
    await say('diagnose_resource', { kind: 'Namespace', name: namespace.name });
    const [first = ''] = Object.keys(input.data);
    const shown = await server.text('get_resource', { kind: 'secrets', name, ...place });
    await say('update_resource', { manifest: shown.replace(/^data:/m, 'data:\n  more: bW9yZQ==') });
    const swapped = { data: { [first]: Buffer.from(`new ${plain(input.data)[first]}`).toString('base64') } };
    for (const dryRun of [true, false])
      await say('update_resource', { kind: 'secrets', name, ...place, patch: JSON.stringify(swapped), dryRun });
    await say('update_resource', {
      kind: 'pods',
      name,
      ...place,
      patch: JSON.stringify({ spec: pod.spec.containers }),
    });
    const wrong = { spec: { containers: [{ name: 'main', image: 'nginx:1.29', env, command: 1 }] } };
    await say('update_resource', {
      kind: 'pods',
      name,
      ...place,
      patch: JSON.stringify(wrong),
      patchType: 'strategic',
    });
    // The API server prints a pod's immutable fields with their surroundings.
    const forbidden = { spec: { containers: [{ name: 'main', env: [{ name: env[0]?.name, value: 'other' }] }] } };
    const patch = JSON.stringify(forbidden);
    assert.match(
      await say('update_resource', { kind: 'pods', name, ...place, patch, patchType: 'strategic' }),
      /pod updates may not change fields/,
    );
    for (const kind of ['pods', 'secrets']) await say('delete_resource', { kind, name, ...place });
    return said.join('\n');
  }

  it('is in no answer and in no journal, whatever is done with it', async () => {
    await fc.assert(
      fc.asyncProperty(content, async (input) => {
        const said = `${await everythingSaid(input)}\n${await readFile(journal, 'utf8')}`;
        const parts = [
          ...Object.values(input.data),
          ...Object.values(input.stringData),
          ...input.env.map(([, is]) => is),
        ];
        for (const [before, hidden] of parts) {
          // Plain, and as base64 at each of the three possible offsets.
          const encoded = [0, 1, 2].map((shift) =>
            Buffer.from(`${'x'.repeat(shift)}${hidden}`)
              .toString('base64')
              .slice(shift === 0 ? 0 : 4, 24),
          );
          for (const form of [hidden, ...encoded]) {
            const at = said.indexOf(form);
            const where = said.slice(Math.max(0, at - 300), at + 100);
            assert.equal(at, -1, `${JSON.stringify(before + hidden)} as ${form} in:\n${where}`);
          }
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
