import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, makeOnce, type Progress } from './cache.ts';

/** Installs a package into the user's cache, once; returns the folder whose node_modules has it. */
export async function installPackage(
  name: string,
  version: string,
  { progress = console.error, complete }: { progress?: Progress; complete?: (folder: string) => Promise<void> } = {},
): Promise<string> {
  const folder = cacheFolder('npm', `${name.replaceAll(/[@/]+/g, '-').replace(/^-/, '')}-${version}`);
  const install = async (temporary: string) => {
    progress(`installing the npm package ${name} ${version} into ${folder}`);
    await mkdir(temporary);
    await writeFile(path.join(temporary, 'package.json'), '{ "private": true }\n');
    await npmInstall(temporary, `${name}@${version}`);
    await complete?.(temporary);
  };
  await makeOnce(folder, install, progress);
  return folder;
}

/** Installs packages, or the runtime dependencies of the folder's own package.json; runs no install scripts. */
export async function npmInstall(folder: string, ...packages: string[]): Promise<void> {
  const args = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', ...packages];
  // npm is a script on Windows; the arguments are ours.
  await promisify(execFile)('npm', args, { cwd: folder, shell: process.platform === 'win32', maxBuffer: 64 << 20 });
}
