import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { until } from '../workspace.ts';

interface Copied {
  command: string;
  args: string[];
  env?: Record<string, string>;
}

const row = (text: string) => `.quick-input-list .monaco-list-row >> text=${text}`;

/** Chooses a client in the list; returns the clipboard's content. */
async function copyFor(client: string): Promise<Record<string, Record<string, Copied>>> {
  await vscode.env.clipboard.writeText('');
  const done = vscode.commands.executeCommand('mcpK8s.copyMcpConfiguration');
  await page.waitFor(row(client));
  await page.screenshot('copy-mcp-configuration');
  await page.click(row(client));
  await done;
  return JSON.parse(await vscode.env.clipboard.readText());
}

/** Starts what was copied in an environment without our variables, and queries it. */
async function toolsOf({ command, args, env = {} }: Copied): Promise<{ tools: string[]; secret: string }> {
  const client = new Client({ name: 'test', version: '1' });
  // As another program would, without VS Code's environment.
  await client.connect(new StdioClientTransport({ command, args, env: { PATH: process.env.PATH ?? '', ...env } }));
  try {
    const { tools } = await client.listTools();
    const input = { kind: 'secret', name: 'db-credentials', namespace: 'shop' };
    const answer = await client.callTool({ name: 'get_resource', arguments: input });
    return { tools: tools.map(({ name }) => name), secret: JSON.stringify(answer.content) };
  } finally {
    await client.close();
  }
}

describe('the configuration for other clients', () => {
  it('starts the server with the kubeconfig of the workspace and its switches', async () => {
    const { mcpServers } = await copyFor('Claude Code');
    const server = mcpServers?.['mcp-k8s'];
    assert.ok(server);
    const { tools, secret } = await toolsOf(server);
    assert.ok(tools.includes('get_resource') && !tools.includes('delete_resource'), tools.join());
    // The workspace's kubeconfig is the admin's.
    assert.match(secret, /kind: Secret/);
  });

  it('follows the settings', async () => {
    const settings = vscode.workspace.getConfiguration('mcpK8s');
    await settings.update('enableDelete', true, vscode.ConfigurationTarget.Global);
    await settings.update('context', 'viewer', vscode.ConfigurationTarget.Global);
    try {
      await until('the setting', () => vscode.workspace.getConfiguration('mcpK8s').get('enableDelete') === true);
      const { servers } = await copyFor('VS Code');
      const server = servers?.['mcp-k8s'];
      assert.ok(server);
      const { tools, secret } = await toolsOf(server);
      assert.ok(tools.includes('delete_resource'));
      assert.match(secret, /403|may not/);
    } finally {
      await settings.update('enableDelete', undefined, vscode.ConfigurationTarget.Global);
      await settings.update('context', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
