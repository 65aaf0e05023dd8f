import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import * as vscode from 'vscode';
import { Pace } from '../../support/load.ts';
import { page } from '../harness/page.ts';

const BUDGET = 20;
const SAMPLES = 15;

interface Entry {
  activate(context: vscode.ExtensionContext): void;
}

describe('a workspace without Kubernetes', () => {
  const extension = vscode.extensions.getExtension('mcp-k8s.mcp-k8s');
  const folder = mkdtempSync(join(tmpdir(), 'mcp-k8s-plain-'));
  let connections = 0;
  const cluster = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });

  before(async () => {
    assert.ok(extension);
    await new Promise<void>((resolve) => cluster.listen(0, '127.0.0.1', resolve));
    const address = cluster.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const kubeconfig = join(folder, 'config');
    const content = {
      clusters: [{ name: 'a', cluster: { server: `http://127.0.0.1:${port}` } }],
      contexts: [{ name: 'a', context: { cluster: 'a' } }],
    };
    writeFileSync(kubeconfig, JSON.stringify(content));
    const { Global } = vscode.ConfigurationTarget;
    await vscode.workspace.getConfiguration('mcpK8s').update('kubeconfig', kubeconfig, Global);
  });

  after(async () => {
    cluster.close();
    rmSync(folder, { recursive: true });
  });

  it('does not even start the extension, and shows nothing of it', async () => {
    assert.equal(extension?.isActive, false);
    await page.waitFor('.monaco-workbench .statusbar');
    const shown = await page.texts('.statusbar-item, .notification-toast, .explorer-viewlet .pane-header');
    assert.ok(!shown.some((text) => /kubernetes|kubeconfig/i.test(text)), shown.join(' | '));
    await page.screenshot('workspace-without-kubernetes');
  });

  it(`spends less than ${BUDGET} ms on starting it when it is needed`, () => {
    assert.ok(extension);
    // Otherwise only the first sample would compile anything.
    setFlagsFromString('--no-compilation-cache');
    const pace = new Pace();
    const times = Array.from({ length: SAMPLES }, () => {
      pace.sample();
      return startOnce(extension, folder);
    }).sort((a, b) => a - b);
    // Other load evicts its caches, which only adds time.
    const [least = Number.POSITIVE_INFINITY] = times;
    console.log(
      `activation: ${least.toFixed(1)} ms, and up to ${times.at(-1)?.toFixed(1)}, at ${pace.factor.toFixed(2)}`,
    );
    assert.ok(least / pace.factor < BUDGET, `${least} at ${pace.factor}`);
  });

  it('asks no cluster then', async () => {
    await extension?.activate();
    assert.equal(extension?.isActive, true);
    assert.equal(connections, 0);
  });
});

/**
 * Loads the extension's code afresh and activates it, then disposes of what it registered; returns milliseconds of
 * processor time, which other load does not stretch.
 */
function startOnce(extension: vscode.Extension<unknown>, storage: string): number {
  const require = createRequire(join(extension.extensionPath, 'package.json'));
  for (const file of Object.keys(require.cache))
    if (file.startsWith(extension.extensionPath)) delete require.cache[file];
  const memento = { keys: () => [], get: (_: string, value: unknown) => value, update: async () => {} };
  const uri = vscode.Uri.file(storage);
  const subscriptions: vscode.Disposable[] = [];
  const context = {
    ...{ subscriptions, extension, extensionUri: extension.extensionUri, extensionPath: extension.extensionPath },
    ...{ globalState: { ...memento, setKeysForSync: () => {} }, workspaceState: memento },
    ...{ globalStorageUri: uri, storageUri: uri, logUri: uri, extensionMode: vscode.ExtensionMode.Production },
    asAbsolutePath: (path: string) => join(extension.extensionPath, path),
  } as unknown as vscode.ExtensionContext;
  const begin = process.cpuUsage();
  const { activate } = require('./dist/extension.cjs') as Entry;
  activate(context);
  const { user, system } = process.cpuUsage(begin);
  for (const subscription of subscriptions) subscription.dispose();
  return (user + system) / 1_000;
}
