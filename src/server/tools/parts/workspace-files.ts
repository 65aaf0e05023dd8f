import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { isOnlyHere } from '../../../kubernetes/client/places.ts';
import { readTextFile } from '../../../kubernetes/text/files.ts';

/** Reads a text file of the workspace. @throws UserError for anything outside of it, and for links. */
export async function readWorkspaceFile(workspace: string | undefined, path: string, most: number): Promise<string> {
  const file = await placeOf(workspace, path);
  const found = await lstat(file).catch(() => undefined);
  if (!found || !isOnlyHere(found)) throw outside(path, found ? 'it is a link, or no file' : 'there is none');
  return readTextFile(file, most).catch((error: unknown) => {
    throw outside(path, messageOf(error));
  });
}

/** Writes a new text file in the workspace. @throws UserError for one that exists, and as `readWorkspaceFile`. */
export async function writeWorkspaceFile(workspace: string | undefined, path: string, text: string): Promise<void> {
  const place = await placeOf(workspace, path);
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  const file = await open(place, flags, 0o600).catch((error: NodeJS.ErrnoException) => {
    throw outside(path, error.code === 'EEXIST' ? 'it exists already, and nothing is overwritten' : messageOf(error));
  });
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** Where a file of the workspace really is. Names that begin with a dot configure programs, and are left alone. */
export async function placeOf(workspace: string | undefined, path: string): Promise<string> {
  if (workspace === undefined) throw outside(path, 'this server reads and writes no files of its machine');
  // Windows reads \ and : in its own way.
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part.startsWith('.') || /[\\:\p{Cc}]/u.test(part) || /[. ]$/.test(part)))
    throw outside(path, 'its path is relative to the workspace, without .. and without names that begin with a dot');
  const root = await realpath(workspace);
  const folder = dirname(join(root, ...parts));
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) throw outside(path, 'its folder does not exist');
  if (real !== folder) throw outside(path, 'a link is on the way to it');
  return join(folder, basename(path));
}

function outside(path: string, why: string): UserError {
  return new UserError(`The workspace file ${JSON.stringify(path.slice(0, 200))} is not used: ${why}.`);
}
