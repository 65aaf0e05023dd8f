import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { serverWith, until } from '../workspace.ts';

const STEP = '.getting-started-step';
const { Global } = vscode.ConfigurationTarget;

/** The titles of the completed steps. */
async function done(): Promise<string[]> {
  const titles = await page.texts(`${STEP}:has(.codicon-getting-started-step-checked) .step-title`);
  return titles.map((title) => title.trim());
}

async function theme(name: string | undefined, shown: string): Promise<void> {
  await vscode.workspace.getConfiguration('workbench').update('colorTheme', name, Global);
  await page.waitFor(`.monaco-workbench.${shown}`);
}

describe('the walkthrough', () => {
  before(async () => {
    // The pictures must fit beside the steps.
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar');
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'mcp-k8s.mcp-k8s#start', false);
    await page.waitFor(`${STEP} >> text=Find your kubeconfig`);
  });
  after(async () => {
    await theme(undefined, 'vs');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('ticks a step off when what it asks for has happened, and only then', async () => {
    const switches = vscode.workspace.getConfiguration('mcpK8s');
    assert.deepEqual(await done(), []);
    await serverWith((tools) => tools.length > 0);
    await until('the server to count as asked', async () => (await done()).includes('Ask a question'));
    assert.ok(!(await done()).includes('Allow a change, safely'));
    // In the user's settings: a workspace's would be asked about, in front of the walkthrough.
    await switches.update('enableUpdate', true, Global);
    await until('the switch to count', async () => (await done()).includes('Allow a change, safely'));
    await switches.update('enableUpdate', undefined, Global);
  });

  it('explains each step with a picture, in light and in dark', async () => {
    for (const [name, shown] of [
      ['Default Dark Modern', 'vs-dark'],
      ['Default Light Modern', 'vs'],
    ] as const) {
      await theme(name, shown);
      for (const [title, button] of [
        ['Find your kubeconfig', 'Run Diagnostics'],
        ['Ask a question', 'Ask What Is Wrong'],
        ['Allow a change, safely', 'Allow Updates'],
      ] as const) {
        await page.click(`${STEP} >> text=${title}`);
        await page.waitFor(`${STEP}.expanded .monaco-button >> text=${button}`);
        await page.waitFor('.getting-started-media iframe');
        await page.screenshot(`walkthrough-${shown}-${title.split(' ')[0]?.toLowerCase()}`);
      }
    }
  });

  it('leads to the diagnostics, which tick the first step off', async () => {
    await page.click(`${STEP} >> text=Find your kubeconfig`);
    await page.click(`${STEP}.expanded .monaco-button >> text=Run Diagnostics`);
    await until('the report', () => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      return activeTab?.input instanceof vscode.TabInputWebview && /mcpK8s\.diagnostics/.test(activeTab.input.viewType);
    });
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'mcp-k8s.mcp-k8s#start', false);
    await until('the check mark', async () => (await done()).includes('Find your kubeconfig'));
  });
});
