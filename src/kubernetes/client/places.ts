import type { Stats } from 'node:fs';
import { readlink, realpath } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';

/** Is the path, or its resolved path, one of the places or below one? */
export async function isInside(path: string, places: readonly string[]): Promise<boolean> {
  if (places.some((place) => isBelow(path, place))) return true;
  if (places.length === 0) return false;
  const real = (one: string) => realpath(one).catch(() => one);
  const [file = path, ...roots] = await Promise.all([path, ...places].map(real));
  return roots.some((root) => isBelow(file, root));
}

/** Is it a path on another machine, to which Windows would send the user's login? */
export function isRemotePath(path: string): boolean {
  return /^[\\/]{2}/.test(path.trim());
}

/** Does a link on the way to the file lead to another machine? Following it would reveal the user to that machine. */
export async function leadsToOtherMachine(path: string): Promise<boolean> {
  const target = await readlink(path).catch(() => '');
  const parent = dirname(path);
  return isRemotePath(target) || (parent !== path && (await leadsToOtherMachine(parent)));
}

/** Is it a system path without regular files: different for another process, and perhaps endless to read? */
export function isSystemPath(path: string): boolean {
  return /^\/(?:proc|dev|sys)(?:\/|$)/i.test(path);
}

/** Is it a file with one name only? A second one (a hard link) may be outside of the folder that the first is in. */
export function isOnlyHere(found: Pick<Stats, 'isFile' | 'nlink'>): boolean {
  return found.isFile() && found.nlink <= 1;
}

/** Is the path the folder or below it, by name alone? */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !/^([A-Za-z]:)?[\\/]/.test(way);
}
