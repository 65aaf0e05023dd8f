import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cacheFolder, makeOnce } from './cache.ts';

/** The command that starts Python 3 here. */
export const python = process.platform === 'win32' ? 'python' : 'python3';

/**
 * Installs a PyPI package into the user's cache, once; returns the folder for PYTHONPATH.
 * @param beside requirements that an old release forgot to state.
 */
export async function installPythonPackage(name: string, version: string, ...beside: string[]): Promise<string> {
  const folder = cacheFolder('python', `${name}-${version}-${process.platform}-${process.arch}`);
  await makeOnce(folder, async (temporary) => {
    console.error(`installing the Python package ${name} ${version} into ${folder}`);
    const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', temporary];
    await promisify(execFile)(python, [...args, `${name}==${version}`, ...beside]).catch((error: Error) => {
      throw new Error(`This test needs Python 3.10 or newer with pip, as "${python}" on the PATH: ${error.message}`);
    });
  });
  return folder;
}
