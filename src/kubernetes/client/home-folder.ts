import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What exists at a path; undefined if nothing does. */
export type Probe = (path: string) => { isWritable: boolean } | undefined;

/** The home folder as kubectl finds it, which on Windows depends on where there is a kubeconfig. */
export function homeFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  probe: Probe = look,
): string {
  if (platform !== 'win32') return env.HOME || homedir();
  const drive = env.HOMEDRIVE && env.HOMEPATH ? env.HOMEDRIVE + env.HOMEPATH : undefined;
  const given = (paths: (string | undefined)[]) =>
    paths.filter((path) => path !== undefined && path !== '') as string[];
  const withKubeconfig = given([env.HOME, drive, env.USERPROFILE]).find((path) => probe(join(path, '.kube', 'config')));
  if (withKubeconfig !== undefined) return withKubeconfig;
  const candidates = given([env.HOME, env.USERPROFILE, drive]);
  return (
    candidates.find((path) => probe(path)?.isWritable) ??
    candidates.find((path) => probe(path)) ??
    candidates[0] ??
    homedir()
  );
}

function look(path: string): ReturnType<Probe> {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { isWritable: found.isDirectory() && (found.mode & 0o200) !== 0 };
}
