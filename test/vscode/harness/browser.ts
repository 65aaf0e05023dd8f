import path from 'node:path';
import type { Page } from 'playwright-core';
import { openPage } from './chromium.ts';
import { type CodeServerOptions, startCodeServer } from './code-server.ts';

/** What moves in spite of `prefers-reduced-motion` has the window drawn 60 times a second. */
const STILL = `
  .codicon-modifier-spin, .codicon-modifier-spin::before, .codicon-loading, .progress-bit, .wiggle,
  .monaco-hover.fade-in { animation: none !important }
  .monaco-scrollable-element > .scrollbar.fade { transition: none !important }
`;
const STOP_MOTION = `{
  const style = new CSSStyleSheet();
  style.replaceSync(${JSON.stringify(STILL)});
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
}`;

export interface VsCodeWindow {
  page: Page;
  /** The exit code with which the suite ended VS Code. */
  exited: Promise<number>;
  stop(): Promise<void>;
}

export interface VsCodeOptions extends Omit<CodeServerOptions, 'port' | 'underTest'> {
  /** A folder, or a workspace file that lists several. */
  folder: string;
  extensionDevelopmentPath: string;
  /** The bundled suite. Without it VS Code just opens. */
  testsPath?: string;
  /** The display language, for extensions: `zh-cn`. */
  language?: string;
}

/** Opens VS Code from its server in a headless Chromium. */
export async function openInChromium(options: VsCodeOptions): Promise<VsCodeWindow> {
  const server = await startCodeServer({ ...options, underTest: true });
  let page: Page | undefined;
  const stop = async () => {
    await page?.context().close();
    await server.stop();
  };
  try {
    page = await openPage(path.join(server.dataFolder, 'chromium'));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const { promise: exited, resolve, reject } = Promise.withResolvers<number>();
    exited.catch(() => {});
    server.exited.then(() => reject(new Error(`The VS Code server ended:\n${server.output()}`)));
    page.on('crash', () => reject(new Error('The page of VS Code crashed')));
    page.on('close', () => reject(new Error('The page of VS Code was closed')));
    await page.exposeFunction('codeAutomationLog', () => {});
    await page.exposeFunction('codeAutomationExit', resolve);
    // Like a language pack, but without translations of VS Code itself.
    if (options.language)
      await page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(options.language)}`);
    await page.addInitScript(STOP_MOTION);
    await page.goto(workbenchUrl(server.origin, options));
    return { page, exited, stop };
  } catch (error) {
    await stop();
    throw new Error(`VS Code did not open in Chromium: ${error}`, { cause: error });
  }
}

function workbenchUrl(origin: string, { folder, extensionDevelopmentPath, testsPath }: VsCodeOptions): string {
  const remote = (file: string) => `vscode-remote://${new URL(origin).host}${urlPath(file)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extensionDevelopmentPath)],
    ...(testsPath ? [['extensionTestsPath', remote(testsPath)]] : []),
    ['skipWelcome', 'true'],
  ];
  const opened = folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
  return `${origin}/?${new URLSearchParams({ [opened]: urlPath(folder), payload: JSON.stringify(payload) })}`;
}

/** An absolute path for a URI, on Windows too. */
function urlPath(file: string): string {
  const absolute = path.resolve(file).replaceAll('\\', '/');
  return absolute.startsWith('/') ? absolute : `/${absolute}`;
}
