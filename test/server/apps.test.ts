import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { modernClient } from './modern-client.ts';

const PAGE = 'text/html;profile=mcp-app';
const SHOWING = { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: [PAGE] } } };

type Listed = { name: string; _meta?: { ui?: { resourceUri: string; visibility: string[] } } | undefined };

describe('MCP Apps', () => {
  let kubeconfig: string;
  const flags = ['--enable-create', '--enable-update', '--enable-delete'];
  before(async () => {
    kubeconfig = (await testCluster()).kubeconfig('admin');
  });

  const viewsOf = (tools: readonly Listed[]) =>
    new Map(tools.flatMap(({ name, _meta }) => (_meta?.ui ? [[name, _meta.ui.resourceUri] as const] : [])));

  it('are named to clients that show them, and to no other', async () => {
    const others = [{}, { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/plain'] } } }];
    const [plain, ...lists] = await Promise.all(
      [...others, SHOWING].map(async (capabilities) => {
        const server = await McpServer.start(kubeconfig, flags, {}, capabilities);
        const { tools } = await server.client.listTools();
        await server.stop();
        return tools as Listed[];
      }),
    );
    const showing = lists.pop() ?? [];
    for (const list of lists) assert.deepEqual(list, plain);
    assert.doesNotMatch(JSON.stringify(plain), /ui:\/\/|"_meta"/);
    assert.deepEqual(
      showing.map(({ _meta, ...tool }) => tool),
      plain,
    );
    const views = viewsOf(showing);
    assert.equal(views.get('list_resources'), 'ui://mcp-k8s/table');
    assert.equal(views.get('diagnose_resource'), 'ui://mcp-k8s/diagnosis');
    assert.equal(views.get('update_resource'), 'ui://mcp-k8s/change');
    // No view may call a tool: what a model is given too could approve what it writes.
    for (const { _meta } of showing) if (_meta?.ui) assert.deepEqual(_meta.ui.visibility, ['model']);
  });

  it('are pages that load nothing, in every era', async () => {
    const server = await McpServer.start(kubeconfig, flags, {}, SHOWING);
    const modern = await modernClient(['--kubeconfig', kubeconfig, ...flags], { capabilities: SHOWING });
    const { tools } = await server.client.listTools();
    assert.deepEqual(viewsOf((await modern.listTools()).tools as Listed[]), viewsOf(tools as Listed[]));
    for (const uri of new Set(viewsOf(tools as Listed[]).values())) {
      const { contents } = await server.client.readResource({ uri });
      const [page] = contents as { uri: string; mimeType: string; text: string }[];
      assert.deepEqual([contents.length, page?.uri, page?.mimeType], [1, uri, PAGE]);
      assert.match(page?.text ?? '', /^<!DOCTYPE html>/);
      assert.doesNotMatch(page?.text ?? '', /\b(src|href)=|https?:\/\/|@import|\bfetch\(|innerHTML/);
      const again = await modern.readResource({ uri });
      assert.equal((again.contents[0] as { text: string }).text, page?.text);
    }
    for (const uri of ['ui://mcp-k8s/nothing', 'ui://other/table', 'ui:', 'ui://mcp-k8s/table/..'])
      await assert.rejects(server.client.readResource({ uri }), /There is no view/);
    const list = await server.text('list_resources', { kind: 'deploy', namespace: 'shop' });
    assert.match(list, /^\d+ deployments\.apps in namespace shop\nNAME\t/);
    await server.stop();
  });
});
