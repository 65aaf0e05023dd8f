import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { isBelow, isInside } from './places.ts';

/** How a program is looked up. */
export interface SearchPath {
  path: string;
  /** File extensions of programs on Windows; empty elsewhere. */
  endings: readonly string[];
  platform: NodeJS.Platform;
}

/** The search path of an environment, whose variable names are case-insensitive on Windows. */
export function searchPathOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): SearchPath {
  if (platform !== 'win32') return { path: env.PATH ?? '', endings: [], platform };
  const value = (wanted: string) => Object.entries(env).find(([name]) => name.toUpperCase() === wanted)?.[1];
  const endings = (value('PATHEXT') || '.COM;.EXE;.BAT;.CMD').split(';').filter((ending) => ending !== '');
  return { path: value('PATH') ?? '', endings, platform };
}

/** Where a program may be, best first. Relative entries of PATH are skipped: the current folder may be anybody's. */
export function candidatesOf(command: string, { path, endings, platform }: SearchPath): string[] {
  const { isAbsolute, join, delimiter } = platform === 'win32' ? win32 : posix;
  const hasEnding = endings.some((ending) => command.toLowerCase().endsWith(ending.toLowerCase()));
  const withEndings = (file: string) =>
    endings.length === 0 || hasEnding ? [file] : endings.map((ending) => file + ending.toLowerCase());
  if (isPath(command, platform)) return isAbsolute(command) ? withEndings(command) : [];
  const folders = path.split(delimiter).map((folder) => (platform === 'win32' ? folder.replace(/^"|"$/g, '') : folder));
  return folders.filter(isAbsolute).flatMap((folder) => withEndings(join(folder, command)));
}

/** The program a command means: by its path, or on PATH but nowhere in `places`; undefined when there is none. */
export async function findProgram(
  command: string,
  places: readonly string[],
  search = searchPathOf(process.env),
): Promise<string | undefined> {
  const named = isPath(command, search.platform);
  // If the home folder is the workspace, the programs installed in it are still the user's own.
  const strange = places.filter((place) => !isBelow(homedir(), place));
  for (const file of candidatesOf(command, search)) {
    if (!(await isProgram(file))) continue;
    // A path is taken as given; a bare name means an installed program.
    if (named || !(await isInside(file, strange))) return file;
  }
  return undefined;
}

/** Does a command name a file, rather than a program on PATH? */
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
