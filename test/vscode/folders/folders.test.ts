import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { expand, row } from '../tree.ts';
import { agreeIfAsked, STATUS, screenshots, startServer, textOf, until } from '../workspace.ts';

const CHOICE = '.quick-input-list .monaco-list-row';

/** The tools with this name that agents see, one per server. */
const tools = (name: string) =>
  vscode.lm.tools.map((tool) => tool.name).filter((tool) => tool.startsWith('mcp_') && tool.endsWith(`_${name}`));

/** Each server's answer. */
async function answers(name: string): Promise<string[]> {
  const invoked = tools(name).map((tool) => vscode.lm.invokeTool(tool, { input: {}, toolInvocationToken: undefined }));
  return (await Promise.all(invoked)).map(textOf);
}

async function openNotes(folder: string): Promise<void> {
  const { uri } = vscode.workspace.workspaceFolders?.find(({ name }) => name === folder) ?? {};
  assert.ok(uri);
  await vscode.window.showTextDocument(vscode.Uri.joinPath(uri, 'notes.md'));
}

// Folder admins has the admin's kubeconfig and settings that let agents create; folder viewers has the viewer's.
describe('a workspace of two folders', () => {
  before(async () => {
    await vscode.commands.executeCommand('mcpK8s.clusters.focus');
    await expand('admins');
    await expand('viewers');
    await until('the answers', async () => {
      await agreeIfAsked();
      return (await page.texts(row('Waiting for your answer'))).length === 0;
    });
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('shows each folder with its cluster', async () => {
    await page.waitFor(row('admin'));
    await page.waitFor(row('viewer'));
    await screenshots('folders');
  });

  it('gives agents a server for each, with its own cluster and switches', async () => {
    await until('two servers', async () => {
      await startServer();
      return tools('list_contexts').length === 2 && tools('create_resource').length === 1;
    });
    const defaults = (await answers('list_contexts')).map((text) => /(\S+) \(default\)/.exec(text)?.[1]);
    assert.deepEqual(defaults.sort(), ['admin', 'viewer']);
    const server = (tool: string) => tools(tool).map((name) => name.slice(0, -tool.length));
    const [ofAdmins] = server('create_resource');
    assert.ok(server('list_contexts').includes(ofAdmins ?? ''));
  });

  it('has the status of the folder that the user works in', async () => {
    await openNotes('viewers');
    await page.waitFor(`${STATUS} >> text=viewer`);
    await openNotes('admins');
    await page.waitFor(`${STATUS} >> text=admin`);
  });

  it('is asked which folder a command is about, and shows that one’s objects', async () => {
    void vscode.commands.executeCommand('mcpK8s.browseResources');
    await page.waitFor(`${CHOICE}:has-text("admins")`);
    await page.screenshot('folders-choice');
    await page.click(`${CHOICE}:has-text("viewers")`);
    await page.waitFor(`${CHOICE}:has-text("Deployment")`);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    const uri = vscode.Uri.parse('k8s:///_/namespaces/shop.yaml?context=viewer&folder=viewers');
    const document = await vscode.workspace.openTextDocument(uri);
    assert.match(document.getText(), /^kind: Namespace$/m);
  });
});
