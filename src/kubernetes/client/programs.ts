import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { isBelow, isInside } from './places.ts';

/** What a program is looked up with. */
export interface SearchPath {
  path: string;
  /** The endings of programs on Windows; empty elsewhere. */
  endings: readonly string[];
  platform: NodeJS.Platform;
}

/** The search path of an environment, whose names have no case on Windows. */
export function searchPathOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): SearchPath {
  if (platform !== 'win32') return { path: env.PATH ?? '', endings: [], platform };
  const value = (wanted: string) => Object.entries(env).find(([name]) => name.toUpperCase() === wanted)?.[1];
  const endings = (value('PATHEXT') || '.COM;.EXE;.BAT;.CMD').split(';').filter((ending) => ending !== '');
  return { path: value('PATH') ?? '', endings, platform };
}

/** Where a program may be, best first. What PATH names relative to the current folder is left out: that folder may be anybody's. */
export function candidatesOf(command: string, { path, endings, platform }: SearchPath): string[] {
  const { isAbsolute, join, delimiter } = platform === 'win32' ? win32 : posix;
  const hasEnding = endings.some((ending) => command.toLowerCase().endsWith(ending.toLowerCase()));
  const withEndings = (file: string) =>
    endings.length === 0 || hasEnding ? [file] : endings.map((ending) => file + ending.toLowerCase());
  if (isPath(command, platform)) return isAbsolute(command) ? withEndings(command) : [];
  const folders = path.split(delimiter).map((folder) => (platform === 'win32' ? folder.replace(/^"|"$/g, '') : folder));
  return folders.filter(isAbsolute).flatMap((folder) => withEndings(join(folder, command)));
}

/** The program that a command means: by its path, or on PATH but nowhere in `places`; undefined when there is none. */
export async function findProgram(
  command: string,
  places: readonly string[],
  search = searchPathOf(process.env),
): Promise<string | undefined> {
  const named = isPath(command, search.platform);
  // Who opens the home folder has not got all that is installed there from a stranger.
  const strange = places.filter((place) => !isBelow(homedir(), place));
  for (const file of candidatesOf(command, search)) {
    if (!(await isProgram(file))) continue;
    // Who names a path means it; a name means what the user has installed.
    if (named || !(await isInside(file, strange))) return file;
  }
  return undefined;
}

/** Does a command name a file instead of what PATH has under that name? */
export function isPath(command: string, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' ? /[\\/:]/.test(command) : command.includes('/');
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
