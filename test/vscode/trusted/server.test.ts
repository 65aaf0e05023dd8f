import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { callTool, objectTabs, offeredTools, serverWith, set, textOf, until } from '../workspace.ts';

const READ_TOOLS = [
  'check_access',
  'compare_resources',
  'diagnose_resource',
  'explain_resource',
  'get_api_resources',
  'get_helm_release',
  'get_pod_logs',
  'get_resource',
  'get_resource_usage',
  'list_changes',
  'list_contexts',
  'list_events',
  'list_helm_releases',
  'list_helm_repositories',
  'list_resources',
  'render_helm_chart',
  'wait_for_resource',
];
const readOnly = (tools: string[]) =>
  READ_TOOLS.every((tool) => tools.includes(tool)) && tools.length === READ_TOOLS.length;

describe('server in VS Code', () => {
  before(() => serverWith(readOnly));
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('is started by the provider and offers the tools that read', () => {
    assert.deepEqual(offeredTools().sort(), READ_TOOLS);
  });

  it('uses the kubeconfig of the workspace folder, not the default one', async () => {
    // This window's KUBECONFIG is the viewer's, who may not read Secrets; the folder's is the admin's.
    const text = textOf(await callTool('get_resource', { kind: 'secret', name: 'db-credentials', namespace: 'shop' }));
    assert.match(text, /kind: Secret/);
    assert.doesNotMatch(text, /demo-Pa55word/);
    await until('its tab', () => objectTabs().some(({ path }) => path === '/shop/secrets/db-credentials.yaml'));
  });

  it('shows what get_resource returned in a preview tab beside, without taking focus', async () => {
    const [notes] = await vscode.workspace.findFiles('notes.md');
    assert.ok(notes);
    await vscode.window.showTextDocument(notes, { preview: false });
    const result = await callTool('get_resource', { kind: 'deploy', name: 'web', namespace: 'shop' });
    assert.match(textOf(result), /^apiVersion: apps\/v1\nkind: Deployment/);
    assert.equal(result.content.length, 1, 'the link is for the user: the model must not pay for the YAML twice');
    await until('the preview tab', () => objectTabs().length === 1);
    assert.deepEqual(objectTabs(), [
      { path: '/shop/deployments.apps/web.yaml', column: 2, preview: true, groupActive: false },
    ]);
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /notes\.md$/);

    await callTool('get_resource', { kind: 'svc', name: 'web', namespace: 'shop' });
    await until('the next object in the same tab', () =>
      objectTabs().some(({ path }) => path === '/shop/services/web.yaml'),
    );
    assert.equal(objectTabs().length, 1);
  });

  it('opens nothing when openResults is never', async () => {
    await set('openResults', 'never');
    try {
      await callTool('get_resource', { kind: 'deploy', name: 'api', namespace: 'shop' });
      await set('openResults', undefined);
      await callTool('get_resource', { kind: 'deploy', name: 'cart', namespace: 'shop' });
      await until('the second object', () => objectTabs().some(({ path }) => path.endsWith('/cart.yaml')));
      assert.equal(objectTabs().length, 1);
    } finally {
      await set('openResults', undefined);
    }
  });

  for (const [setting, tools] of [
    ['enableCreate', ['create_resource']],
    ['enableUpdate', ['update_resource', 'scale_resource', 'rollout_resource']],
    ['enableDelete', ['delete_resource']],
    ['enableExec', ['exec_in_pod', 'request_service', 'debug_pod', 'copy_files']],
  ] as const) {
    it(`offers ${tools.join(', ')} while ${setting} is on, without a reload`, async () => {
      await set(setting, true);
      await serverWith(
        (offered) =>
          offered.length === READ_TOOLS.length + tools.length && tools.every((tool) => offered.includes(tool)),
      );
      await set(setting, undefined);
      await serverWith(readOnly);
    });
  }

  it('takes list_resources away while enableList is off', async () => {
    await set('enableList', false);
    await serverWith((tools) => !tools.includes('list_resources') && tools.includes('get_resource'));
    await set('enableList', undefined);
    await serverWith(readOnly);
  });

  it('answers again after Restart Server', async () => {
    await vscode.commands.executeCommand('mcpK8s.restartServer');
    await serverWith(readOnly);
    assert.match(textOf(await callTool('get_resource', { kind: 'ns', name: 'shop' })), /kind: Namespace/);
  });
});
