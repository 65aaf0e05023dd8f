import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, makeOnce, type Progress } from '../../support/cache.ts';

const PACKAGES = ['runc', 'nftables', 'busybox-static'];
const exec = promisify(execFile);

/** Unpacks packages missing from this system, with their dependencies, into the cache; installs nothing. */
export async function unpackPackages(progress: Progress): Promise<string> {
  const osRelease = readFileSync('/etc/os-release', 'utf8');
  const value = (key: string) => new RegExp(`^${key}="?([\\w.]+)`, 'm').exec(osRelease)?.[1];
  const folder = cacheFolder('cluster', `packages-${value('ID')}-${value('VERSION_ID')}-${process.arch}`);
  await makeOnce(folder, (temporary) => download(temporary, progress), progress);
  return folder;
}

async function download(folder: string, progress: Progress): Promise<void> {
  progress(`downloading the packages ${PACKAGES.join(', ')} (once; nothing is installed)`);
  const archives = join(folder, 'archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(join(folder, 'lists/partial'), { recursive: true });
  const apt = (...args: string[]) => exec('apt-get', args, { maxBuffer: 64 << 20 });
  const options = [
    '-o',
    `Dir::Cache::archives=${archives}`,
    '-o',
    'Debug::NoLocking=1',
    '-o',
    'APT::Sandbox::User=root',
  ];
  const install = ['install', '--yes', '--download-only', '--no-install-recommends', ...PACKAGES];
  await apt(...options, ...install).catch(async () => {
    // A stale or missing package list is not refreshed system-wide.
    const own = [...options, '-o', `Dir::State::lists=${join(folder, 'lists')}`];
    await apt(...own, 'update');
    await apt(...own, ...install);
  });
  for (const archive of globSync(`${archives}/*.deb`)) await exec('dpkg-deb', ['-x', archive, folder]);
  for (const used of [archives, join(folder, 'lists')]) await rm(used, { recursive: true });
}

/** A program's path: unpacked or installed. */
export function programOf(folder: string, ...paths: string[]): string {
  const found = paths.flatMap((path) => [join(folder, path), join('/', path)]).find((path) => existsSync(path));
  if (!found) throw new Error(`there is no ${paths[0]}`);
  return found;
}
