import { existsSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Processes } from '../support/processes.ts';
import { environment } from '../vscode/harness/code-server.ts';

const name = 'VS Code';

/** Opens a window of the installed VS Code with a separate profile. @throws with the reason if none is installed. */
export async function openInstalledCode(folder: string, extension: string, settings: object): Promise<Processes> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) throw new Error('there is no display');
  const command = findExecutable();
  if (!command) throw new Error('`code` is not installed');
  const data = await mkdtemp(path.join(process.platform === 'win32' ? tmpdir() : '/tmp', 'vsc-'));
  await mkdir(path.join(data, 'User'));
  await writeFile(path.join(data, 'User', 'settings.json'), JSON.stringify(settings, null, 2));
  const processes = new Processes(data);
  const args = ['--new-window', '--user-data-dir', data, `--extensionDevelopmentPath=${extension}`, folder];
  processes.start({ name, command, args, env: environment(), grace: 3_000 });
  try {
    // VS Code keeps this file while it runs.
    await processes.until(name, async () => existsSync(path.join(data, 'code.lock')));
    return processes;
  } catch (error) {
    await processes.end();
    throw error;
  }
}

/** The program behind `code`, which would start it and detach. */
function findExecutable(): string | undefined {
  const script = process.platform === 'win32' ? 'code.cmd' : 'code';
  const scripts = (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, script));
  const elsewhere = [
    '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code',
    '/snap/code/current/usr/share/code/bin/code',
  ];
  const programs = { win32: ['../Code.exe'], darwin: ['../../../MacOS/Code', '../../../MacOS/Electron'] };
  const { platform } = process;
  const relative = platform === 'win32' || platform === 'darwin' ? programs[platform] : ['../code'];
  return (
    [...scripts, ...elsewhere]
      .filter((file) => existsSync(file))
      .map((file) => path.dirname(realpathSync(file)))
      // Others of that name belong to a VS Code on another machine.
      .filter((folder) => path.basename(folder) === 'bin')
      .flatMap((folder) => relative.map((program) => path.resolve(folder, program)))
      .find((program) => existsSync(program))
  );
}
