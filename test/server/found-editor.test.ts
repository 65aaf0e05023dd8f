import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { EditorChannel } from '../../src/extension/servers/editor-channel.ts';
import { EditorPlaces } from '../../src/extension/servers/editor-places.ts';
import { type Agreement, EDITORS_VARIABLE } from '../../src/protocol.ts';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { scratchNamespace } from './scratch.ts';

const READ = ['get_resource', { kind: 'namespace', name: 'shop' }] as const;

// Hosts such as VS Code's Agent Host start what the extension offers, but do not let it add its socket's address.
describe('a server that was started without the editor', () => {
  const namespace = scratchNamespace();
  const manifest = (name: string) =>
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } },
      metadata: { name, namespace: namespace.name },
    });
  let workspace: string;
  let root: string;
  let kubeconfig: string;
  let server: McpServer;
  let agreement: Agreement;
  let reviewed: (string | undefined)[];
  let elicited: number;
  let ends: (() => void)[];

  beforeEach(async () => {
    workspace = await realpath(await mkdtemp(join(tmpdir(), 'mcp-k8s-workspace-')));
    root = await mkdtemp(join(tmpdir(), 'mcp-k8s-editors-'));
    kubeconfig = join(workspace, 'kubeconfig');
    await writeFile(kubeconfig, await readFile((await testCluster()).kubeconfig('admin'), 'utf8'));
    agreement = 'agreed';
    reviewed = [];
    elicited = 0;
    ends = [];
  });
  afterEach(async () => {
    await server.stop();
    for (const end of ends) end();
    for (const folder of [workspace, root]) await rm(folder, { recursive: true });
  });

  const environment = () => ({ [EDITORS_VARIABLE]: join(root, 'this-server') });

  async function start(flags: string[], capabilities = {}): Promise<void> {
    server = await McpServer.start(kubeconfig, flags, environment(), capabilities, workspace);
  }

  /** A window of the editor that offers this server, and whose user applies everything. */
  async function openWindow(): Promise<() => void> {
    const channel = new EditorChannel({
      onShown: () => assert.fail('the window of another host shows nothing'),
      onReview: async ({ changes }) => {
        reviewed.push(...changes.map(({ name }) => name));
        return { applied: true };
      },
      onKubeconfig: async () => agreement,
      log: () => {},
    });
    const places = new EditorPlaces(root, channel, (message) => assert.fail(message));
    const close = () => {
      places.dispose();
      channel.dispose();
    };
    ends.push(close);
    await places.offer([{ env: environment() }]);
    return close;
  }

  it('uses the kubeconfig of a workspace only while a window vouches for it', async () => {
    await start([`--distrust=${workspace}`]);
    assert.match(await server.error(...READ), /nobody vouches/);
    const close = await openWindow();
    agreement = 'waiting';
    assert.match(await server.error(...READ), /has not yet agreed/);
    agreement = 'agreed';
    assert.match(await server.text(...READ), /kind: Namespace/);
    close();
    await writeFile(kubeconfig, `${await readFile(kubeconfig, 'utf8')}# changed\n`);
    assert.match(await server.error(...READ), /nobody vouches/);
  });

  it('has its writes reviewed in a window, else by the client, else refused; and has no more switches than before', async () => {
    await start(['--enable-create', '--review=required']);
    const create = (name: string) => server.call('create_resource', { manifest: manifest(name) });
    assert.match((await create('found-1')).text, /a user must review every write/);
    const close = await openWindow();
    assert.match((await create('found-1')).text, /created/);
    assert.deepEqual(reviewed, ['found-1']);
    const gone = { kind: 'configmap', name: 'found-1', namespace: namespace.name };
    assert.match(await server.error('delete_resource', gone), /switch/);
    close();
    assert.match((await create('found-2')).text, /a user must review every write/);
    await server.stop();

    await start(['--enable-create', '--review=required'], { elicitation: {} });
    server.client.setRequestHandler(ElicitRequestSchema, async () => {
      elicited += 1;
      return { action: 'accept', content: { decision: 'Apply' } };
    });
    assert.match((await create('found-2')).text, /created/);
    await openWindow();
    assert.match((await create('found-3')).text, /created/);
    assert.deepEqual([reviewed, elicited], [['found-1', 'found-3'], 1]);
  });
});
