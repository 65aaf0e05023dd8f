import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, makeOnce } from './cache.ts';

/** The environment of Go programs that end soon, such as kubectl: they need up to 40 % less of the processor. */
export const SHORT_LIVED = { GOGC: 'off', GOMAXPROCS: '1' };

/** Builds the Go program of a folder into the user's cache, once for what is in the folder; returns its path. */
export async function goBuild(folder: string, name: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await readdir(folder)).sort()) hash.update(file).update(await readFile(join(folder, file)));
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = cacheFolder('go', `${name}-${hash.digest('hex').slice(0, 12)}${suffix}`);
  await makeOnce(program, async (temporary) => {
    console.error(`building ${name} into ${program}`);
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
    const args = ['build', '-mod=readonly', '-buildvcs=false', '-trimpath', '-o', temporary, '.'];
    await promisify(execFile)('go', args, { cwd: folder, env });
  });
  return program;
}
