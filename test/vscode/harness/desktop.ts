import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { chromium, type Page } from 'playwright-core';
import { cacheFolder } from '../../support/cache.ts';
import { Processes } from '../../support/processes.ts';
import type { VsCodeOptions, VsCodeWindow } from './browser.ts';
import { environment } from './code-server.ts';

/** The desktop VS Code's executable, downloaded if necessary; or why there is none. */
export async function findDesktop(): Promise<{ executable: string } | { missing: string }> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return { missing: 'there is no display' };
  try {
    const cachePath = cacheFolder('vscode');
    await mkdir(cachePath, { recursive: true });
    return { executable: await downloadAndUnzipVSCode({ version: 'stable', cachePath, timeout: 10_000 }) };
  } catch (error) {
    return { missing: `it cannot be downloaded (${error instanceof Error ? error.message : error})` };
  }
}

/** Opens the desktop VS Code; its window is driven through the debugging port. */
export async function openOnDesktop(executable: string, options: VsCodeOptions): Promise<VsCodeWindow> {
  const data = await mkdtemp(path.join(process.platform === 'win32' ? tmpdir() : '/tmp', 'vsc-'));
  const user = path.join(data, 'User');
  await mkdir(user, { recursive: true });
  await writeFile(path.join(user, 'settings.json'), JSON.stringify(options.settings ?? {}, null, 2));
  const folders = ['--user-data-dir', data, '--extensions-dir', path.join(data, 'extensions')];
  const languagePack = options.language === 'zh-cn' ? ['MS-CEINTL.vscode-language-pack-zh-hans'] : [];
  await installExtensions(executable, [...(options.extensions ?? []), ...languagePack], folders);
  const name = 'VS Code';
  const processes = new Processes(data);
  processes.start({
    name,
    command: executable,
    args: [
      path.resolve(options.folder),
      ...['--no-sandbox', '--disable-gpu-sandbox', '--disable-updates', '--skip-welcome', '--skip-release-notes'],
      ...[...folders, '--remote-debugging-port=0'],
      ...(options.language ? ['--locale', options.language] : []),
      ...(options.trust ? [] : ['--disable-workspace-trust']),
      `--extensionDevelopmentPath=${path.resolve(options.extensionDevelopmentPath)}`,
      ...(options.testsPath ? [`--extensionTestsPath=${options.testsPath}`] : []),
    ],
    env: environment(options.env),
    grace: 3_000,
  });
  try {
    const [, endpoint = ''] = await processes.line(name, /DevTools listening on (ws:\S+)/);
    const browser = await chromium.connectOverCDP(endpoint);
    const findPage = async (): Promise<Page | undefined> =>
      browser
        .contexts()
        .flatMap((context) => context.pages())
        .find((page) => page.url().includes('workbench'));
    const page = await processes.until(name, findPage);
    return { page, exited: processes.exited(name), stop: () => processes.end() };
  } catch (error) {
    await processes.end();
    throw error;
  }
}

async function installExtensions(
  executable: string,
  extensions: readonly string[],
  folders: readonly string[],
): Promise<void> {
  if (extensions.length === 0) return;
  const [command = executable, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable, {
    reuseMachineInstall: true,
  });
  const installs = extensions.flatMap((extension) => ['--install-extension', extension]);
  await promisify(execFile)(command, [...args, ...folders, ...installs], {
    env: environment(),
    shell: process.platform === 'win32',
  });
}
