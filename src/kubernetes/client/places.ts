import { readlink, realpath } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';

/** Is a path one of the places, or below one, by its own name or by where links lead to? */
export async function isInside(path: string, places: readonly string[]): Promise<boolean> {
  if (places.some((place) => isBelow(path, place))) return true;
  if (places.length === 0) return false;
  const real = (one: string) => realpath(one).catch(() => one);
  const [file = path, ...roots] = await Promise.all([path, ...places].map(real));
  return roots.some((root) => isBelow(file, root));
}

/** Is it the name of a file on another machine, which Windows would send the user's login to? */
export function isRemotePath(path: string): boolean {
  return /^[\\/]{2}/.test(path.trim());
}

/** Does a link on the way to a file lead to another machine? To follow it is to tell that machine who asks. */
export async function leadsToOtherMachine(path: string): Promise<boolean> {
  const target = await readlink(path).catch(() => '');
  const parent = dirname(path);
  return isRemotePath(target) || (parent !== path && (await leadsToOtherMachine(parent)));
}

/** Is it where the system keeps what is no file: another process sees something else there, and reading it may never end? */
export function isSystemPath(path: string): boolean {
  return /^\/(?:proc|dev|sys)(?:\/|$)/i.test(path);
}

/** Is a path a folder, or below it, by their names? */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !/^([A-Za-z]:)?[\\/]/.test(way);
}
