import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { eventually as until } from '../support/until.ts';
import { page } from './harness/page.ts';

export { until };

/** What the runner tells the suite. */
export const environment = {
  /** The test cluster's kubectl. */
  kubectl: process.env.TEST_KUBECTL ?? '',
  /** The admin's kubeconfig, outside the workspace. */
  kubeconfig: process.env.TEST_ADMIN_KUBECONFIG ?? '',
  /** The package from which our extension is installed. */
  vsix: process.env.TEST_VSIX ?? '',
  /** Whether screenshots are taken in both themes. */
  bothThemes: process.env.TEST_THEMES === 'both',
};

/** kubectl's output, run as admin. */
export async function kubectl(...args: string[]): Promise<string> {
  const command = ['--kubeconfig', environment.kubeconfig, ...args];
  const { stdout } = await promisify(execFile)(environment.kubectl, command, { maxBuffer: 64 << 20 });
  return stdout.trim();
}

/** Changes a workspace setting; undefined removes it. */
export async function set(setting: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('mcpK8s').update(setting, value, vscode.ConfigurationTarget.Workspace);
}

/** Takes a screenshot in a dark theme and one in a light theme; in a whole run, one as it is. */
export async function screenshots(name: string): Promise<void> {
  if (!environment.bothThemes) {
    await page.screenshot(name);
    return;
  }
  const workbench = vscode.workspace.getConfiguration('workbench');
  for (const [theme, selector] of [
    ['Dark', '.monaco-workbench.vs-dark'],
    ['Light', '.monaco-workbench.vs'],
  ] as const) {
    await workbench.update('colorTheme', `Default ${theme} Modern`, vscode.ConfigurationTarget.Global);
    await page.waitFor(selector);
    await page.screenshot(`${name}-${theme.toLowerCase()}`);
  }
  await workbench.update('colorTheme', undefined, vscode.ConfigurationTarget.Global);
}

/** Our server's tools that VS Code currently offers to agents, by their own names. */
export function offeredTools(): string[] {
  return ourTools().map((name) => name.replace(/^mcp_[^_]*_/, ''));
}

/** Starts our server, as a chat would. */
export async function startServer(): Promise<void> {
  // VS Code skips servers of extensions that are not yet activated.
  await vscode.extensions.getExtension('mcp-k8s.mcp-k8s')?.activate();
  await vscode.commands.executeCommand('workbench.mcp.startServer', '*', {
    waitForLiveTools: true,
    errorOnUserInteraction: true,
    promptType: 'never',
  });
}

/** Our item in the status bar. */
export const STATUS = '.statusbar-item[id$="mcpK8s.status"]';

const WORDS = { enableCreate: 'create', enableUpdate: 'update', enableDelete: 'delete', enableExec: 'run commands' };

/** Turns switches on in the workspace's settings, agrees if asked, and waits until the status bar shows them. */
export async function allow(...names: (keyof typeof WORDS)[]): Promise<void> {
  for (const name of names) await set(name, true);
  const words = names.map((name) => WORDS[name]);
  await until(`${words} in the status bar`, async () => {
    const [, shown = ''] = (await page.text(STATUS)).split('agents may ');
    if (words.every((word) => shown.includes(word))) return true;
    await agreeIfAsked();
    return false;
  });
}

/** Starts our server, agrees to what the workspace provides, and waits until `test` holds for the tools. */
export async function serverWith(test: (tools: string[]) => boolean): Promise<void> {
  await until(
    () => `the right tools (now: ${offeredTools()})`,
    async () => {
      await startServer();
      if (test(offeredTools())) return true;
      await agreeIfAsked();
      return false;
    },
  );
}

const ASKING = '.quick-input-title >> text=/^(What This Workspace Asks For|此工作区的请求)$/';
const CHOICE = '.quick-input-list .monaco-list-row';

/** What the user is asked to allow, one line each; empty if they are not asked. */
export async function choices(): Promise<string[]> {
  return (await page.texts(ASKING)).length === 0 ? [] : page.texts(CHOICE);
}

/** Waits for the question about these, and allows some of them; the rest is refused. */
export async function decide(asked: readonly string[], allowed: readonly string[]): Promise<void> {
  await until(`the question about ${asked}`, async () => {
    const lines = await choices();
    return lines.length === asked.length && asked.every((one) => lines.some((line) => line.includes(one)));
  });
  for (const one of allowed) await page.click(`${CHOICE}:has-text("${one}")`);
  await page.click('.quick-input-action .monaco-button');
  await page.waitFor(ASKING, { state: 'hidden' });
}

/** Agrees to everything that the workspace asks for. */
export async function agreeIfAsked(): Promise<void> {
  const asked = await choices();
  if (asked.length === 0) return;
  for (const index of asked.keys()) await page.click(`${CHOICE} >> nth=${index}`);
  await page.click('.quick-input-action .monaco-button');
  await page.waitFor(ASKING, { state: 'hidden' });
}

/** Agrees to the workspace's kubeconfig before any other test, as a user does who opens an object of it. */
export function agreeToKubeconfig(): void {
  before(async () => {
    const opened = openObject('_/namespaces/default');
    let read = false;
    const reading = Promise.resolve(opened).finally(() => (read = true));
    // Awaited below.
    reading.catch(() => {});
    await until('the agreement', async () => {
      if (!read) await agreeIfAsked();
      return read;
    });
    await reading;
  });
}

/** Calls a tool, as an agent does. */
export async function callTool(name: string, input: object): Promise<vscode.LanguageModelToolResult> {
  const tool = ourTools().find((candidate) => candidate.endsWith(`_${name}`));
  if (!tool) throw new Error(`There is no tool ${name}, only ${offeredTools()}.`);
  return vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
}

/** The text of a tool's answer. */
export function textOf(result: vscode.LanguageModelToolResult): string {
  return result.content.flatMap((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : [])).join('\n');
}

/** The tabs that show cluster objects. */
export function objectTabs(): { path: string; column: number; preview: boolean; groupActive: boolean }[] {
  return vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs.flatMap(({ input, isPreview }) =>
      input instanceof vscode.TabInputText && input.uri.scheme === 'k8s'
        ? [
            {
              path: pathInCluster(input.uri),
              column: group.viewColumn,
              preview: isPreview,
              groupActive: group.isActive,
            },
          ]
        : [],
    ),
  );
}

/** Where in its cluster an object is: the path of its document without the context. */
export function pathInCluster({ path }: vscode.Uri): string {
  return path.replace(/^\/[^/]+/, '');
}

/** The document of an object, as its tab shows it. */
export function openObject(path: string, context = 'admin'): Thenable<vscode.TextDocument> {
  return vscode.workspace.openTextDocument(vscode.Uri.parse(`k8s:///${context}/${path}.yaml?context=${context}`));
}

/**
 * Opens an untitled document. VS Code gives it the name of one that was closed, and on a busy machine, which has not
 * deleted that one's backup yet, its content, too.
 */
export async function untitled(content: string, language = 'yaml'): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  if (document.getText() !== content) {
    const change = new vscode.WorkspaceEdit();
    change.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), content);
    await vscode.workspace.applyEdit(change);
  }
  return document;
}

function ourTools(): string[] {
  return vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('mcp_kubernetes_'));
}
