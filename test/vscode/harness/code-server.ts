import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../support/cache.ts';
import { installPackage, npmInstall } from '../../support/npm.ts';
import { Processes } from '../../support/processes.ts';

const version = '4.139.1'; // VS Code 1.139.1

export interface CodeServerOptions {
  /** Opened if the URL names no folder. */
  folder?: string;
  /** Real workspace trust; otherwise every folder is trusted. */
  trust?: boolean;
  /** The user's settings. */
  settings?: Record<string, unknown>;
  /** Set in (or, if undefined, removed from) the extension host's environment. */
  env?: NodeJS.ProcessEnv;
  /** Installed extensions: VSIX files, or folders, which are linked. */
  extensions?: string[];
  /** Accepts extensions under development and a suite in the URL; VS Code then shows no notification toasts. */
  underTest?: boolean;
  /** A free one by default. */
  port?: number;
}

export interface CodeServer {
  /** `http://localhost:<port>`, without a trailing slash. */
  origin: string;
  /** Everything it stores, removed when it stops. */
  dataFolder: string;
  /** Its last output lines. */
  output(): string;
  exited: Promise<number>;
  stop(): Promise<void>;
}

/** Installs VS Code's server into the cache, once, and returns its folder. */
export async function installCodeServer(): Promise<string> {
  const server = (folder: string) => path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  const complete = async (folder: string) => {
    await npmInstall(server(folder));
    await npmInstall(path.join(server(folder), 'extensions'));
  };
  return server(await installPackage('code-server', version, { complete }));
}

/** Starts VS Code's server on a loopback port, with its own data folders, removed when it stops. */
export async function startCodeServer(options: CodeServerOptions = {}): Promise<CodeServer> {
  const installed = await installCodeServer();
  // Short, because socket paths are limited and macOS' temporary folder is long.
  const data = await mkdtemp(path.join(process.platform === 'win32' ? tmpdir() : '/tmp', 'vsc-'));
  const user = path.join(data, 'data', 'User');
  await mkdir(user, { recursive: true });
  await writeFile(path.join(user, 'settings.json'), JSON.stringify(options.settings ?? {}, null, 2));
  const extensions = path.join(data, 'extensions');
  await mkdir(extensions);
  for (const extension of options.extensions ?? []) {
    if (extension.endsWith('.vsix')) await installVsix(installed, extension, data, extensions);
    else await symlink(path.resolve(extension), path.join(extensions, path.basename(extension)), 'junction');
  }
  const name = 'the VS Code server';
  const processes = new Processes(data);
  processes.start({
    name,
    command: process.execPath,
    args: [
      path.join(installed, 'out', 'server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--without-connection-token'],
      ...['--accept-server-license-terms', '--telemetry-level', 'off'],
      ...['--server-data-dir', data, '--extensions-dir', extensions],
      // Ignores the login shell's environment.
      '--force-disable-user-env',
      ...(options.underTest ? ['--enable-smoke-test-driver'] : []),
      ...(options.trust ? [] : ['--disable-workspace-trust']),
      ...(options.folder ? ['--default-folder', path.resolve(options.folder)] : []),
    ],
    // Puts its sockets where they are removed with it. Its code is the same in every window.
    env: environment({
      TMPDIR: data,
      XDG_RUNTIME_DIR: data,
      NODE_COMPILE_CACHE: cacheFolder('compiled'),
      ...options.env,
    }),
    grace: 3_000,
  });
  try {
    const [, port = ''] = await processes.line(name, /^Extension host agent listening on (\d+)/m);
    await processes.until(name, async () => (await fetch(`http://127.0.0.1:${port}/version`)).ok);
    return {
      origin: `http://localhost:${port}`,
      dataFolder: data,
      output: () => processes.output(name),
      exited: processes.exited(name),
      stop: () => processes.end(),
    };
  } catch (error) {
    await processes.end();
    throw error;
  }
}

async function installVsix(server: string, vsix: string, data: string, extensions: string): Promise<void> {
  const main = path.join(server, 'out', 'server-main.js');
  const folders = ['--server-data-dir', data, '--extensions-dir', extensions];
  await promisify(execFile)(process.execPath, [main, '--install-extension', vsix, ...folders], { env: environment() });
}

/** Our environment with `changes`, without the variables of a surrounding VS Code. */
export function environment(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_)/.test(name));
  return { ...Object.fromEntries(own), ...changes };
}
