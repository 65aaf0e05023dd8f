import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What a folder of the user's is for: what can be made anew, or what is to stay. */
export type UserFolder = 'cache' | 'state';

const XDG: Record<UserFolder, readonly [variable: string, ...usual: string[]]> = {
  cache: ['XDG_CACHE_HOME', '.cache'],
  state: ['XDG_STATE_HOME', '.local', 'state'],
};
const MAC: Record<UserFolder, string> = { cache: 'Caches', state: 'Application Support' };

/** Our folder among those that each system has for programs of a user. */
export function userFolder(
  what: UserFolder,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string {
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'mcp-k8s');
  const [variable, ...usual] = XDG[what];
  const given = env[variable];
  // As its specification says, a path that is relative does not count.
  if (given !== undefined && isAbsolute(given)) return join(given, 'mcp-k8s');
  return platform === 'darwin' ? join(home, 'Library', MAC[what], 'mcp-k8s') : join(home, ...usual, 'mcp-k8s');
}
