import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { testCluster } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import { McpServer } from './mcp-process.ts';
import { kubectl, scratchNamespace } from './scratch.ts';

describe('a creation of which the policy refuses a part', () => {
  const namespace = scratchNamespace();
  const fresh = `fresh-${process.pid}`;
  let folder: string;
  let proxy: FaultProxy;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-half-'));
    proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
  });
  after(async () => {
    await proxy.stop();
    await rm(folder, { recursive: true });
    await kubectl('delete', 'namespace', fresh, '--ignore-not-found', '--wait=false');
    await kubectl('delete', 'crd', 'gadgets.half.example.com', '--ignore-not-found');
  });

  const object = (apiVersion: string, kind: string, name: string, place = '', more = '') =>
    `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}${place && `, namespace: ${place}`} }\n${more}\n`;
  const newNamespace = object('v1', 'Namespace', fresh);
  const configMap = (place: string) => object('v1', 'ConfigMap', 'part', place);
  const secret = (place: string) => object('v1', 'Secret', 'part', place);
  const role = (place: string) => object('rbac.authorization.k8s.io/v1', 'Role', 'part', place, 'rules: []');
  const definition = object(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'gadgets.half.example.com',
    '',
    'spec: { group: half.example.com, scope: Namespaced, names: { kind: Gadget, plural: gadgets }, versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }] }',
  );
  const gadget = (place: string) => object('half.example.com/v1', 'Gadget', 'part', place);

  /** The answer, how often the user was asked, and the journal entries. */
  async function create(
    manifest: string,
    args: string[],
    more: object = {},
  ): Promise<{ text: string; isError: boolean; asked: number; journal: { outcome: string; access: string }[] }> {
    const path = join(folder, `journal-${Math.random()}`);
    const all = ['--enable-create', '--namespace', namespace.name, '--journal', path, ...args];
    const server = await McpServer.start(proxy.kubeconfig, all, {}, { elicitation: {} });
    let asked = 0;
    server.client.setRequestHandler(ElicitRequestSchema, () => {
      asked += 1;
      return { action: 'accept', content: { decision: 'Apply' } };
    });
    try {
      const { text, isError } = await server.call('create_resource', { manifest, ...more });
      const lines = await readFile(path, 'utf8').catch(() => '');
      const journal = lines.split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []));
      return { text, isError, asked, journal };
    } finally {
      await server.stop();
    }
  }

  const refused: [string, () => string, string[], RegExp][] = [
    [
      'a kind that is closed, in a namespace of the same manifest',
      () => newNamespace + configMap(fresh) + secret(fresh),
      ['--deny-kind', 'secrets'],
      /^Nothing was created\.\nSecret "part": The kind secrets is closed to agents here\.$/,
    ],
    [
      'a kind that may only be read',
      () => newNamespace + role(fresh),
      ['--read-only-kind', '*.rbac.authorization.k8s.io'],
      /Role "part": The kind roles\.rbac\.authorization\.k8s\.io may be read but not written here\./,
    ],
    [
      'a kind that the manifest itself defines',
      () => definition + configMap('') + gadget(''),
      ['--deny-kind', 'gadgets.*'],
      /Gadget "part": The kind gadgets\.half\.example\.com is closed to agents here\./,
    ],
    [
      'a namespace that is not allowed',
      () => configMap(namespace.name) + configMap('shop'),
      ['--allow-namespace', namespace.name],
      /ConfigMap "part": Namespace "shop" is outside of what is allowed here\./,
    ],
    [
      'a context that is protected',
      () => newNamespace + configMap(fresh),
      ['--protect-context', 'proxy'],
      /Context "proxy" is protected/,
    ],
    [
      'every part, each with its reason',
      () => newNamespace + secret(fresh) + secret(namespace.name) + gadget(fresh) + definition,
      ['--deny-kind', 'secrets', '--deny-kind', '*.example.com'],
      /^Nothing was created\.(\nSecret.*closed.*){2}\nGadget.*closed/,
    ],
  ];
  for (const [name, manifest, args, expected] of refused) {
    it(`writes nothing and asks nobody: ${name}`, async () => {
      const before = proxy.writes().length;
      for (const more of [{}, { dryRun: true }]) {
        const { text, isError, asked, journal } = await create(manifest(), args, more);
        assert.ok(isError, text);
        assert.match(text, expected);
        assert.equal(asked, 0);
        assert.deepEqual(
          journal.map(({ outcome, access }) => [outcome, access]),
          [['refused', 'create']],
        );
      }
      assert.equal(proxy.writes().length, before);
    });
  }

  it('is an unknown kind found before anything is created, too', async () => {
    const before = proxy.writes().length;
    const { text, asked } = await create(newNamespace + object('apps/v1', 'Deploymnt', 'part', fresh), []);
    assert.match(text, /^Nothing was created\.\nDeploymnt "part": .*Nearest: .*Deployment/);
    assert.equal(asked, 0);
    assert.equal(proxy.writes().length, before);
  });

  it('is created in the right order when nothing is refused, after one question', async () => {
    const before = proxy.writes().length;
    const { text, isError, asked } = await create(
      gadget(fresh) + configMap(fresh) + definition + secret(namespace.name) + newNamespace,
      ['--deny-kind', 'roles.*'],
    );
    assert.ok(!isError, text);
    assert.equal(asked, 1);
    assert.equal(proxy.writes().length - before, 5);
    assert.match(text, /^created: namespaces.*\ncreated: customresourcedefinitions.*\n(created: .*\n?){3}$/m);
  });
});
