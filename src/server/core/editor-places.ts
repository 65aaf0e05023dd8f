import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { EDITOR_PLACE_NAME, type EditorPlace } from '../../protocol.ts';

/** How many windows are tried. */
const MAX_PLACES = 8;
const MAX_BYTES = 4_096;
/** Permissions of everyone but the owner. */
const OTHERS = 0o077;

/**
 * The windows of the user's editor that offer this server, the last used first. What anyone else could have made, or
 * could read, is left out and reported. Windows has no such permissions: there the folder is in the user's profile, and
 * an editor has to prove that it wrote the file.
 */
export async function editorPlaces(folder: string, report: (problem: string) => void): Promise<EditorPlace[]> {
  const found = await listed(folder).catch((error: unknown) => {
    if (!isMissing(error)) report(`The folder of the editor's windows ${messageOf(error)}`);
    return [];
  });
  const places = await Promise.all(
    found.map((path) =>
      readPlace(path).catch((error: unknown) => {
        // Its window has just been closed.
        if (!isMissing(error)) report(`A window of the editor is not asked: its ${messageOf(error)}`);
        return undefined;
      }),
    ),
  );
  return places.filter((place) => place !== undefined);
}

function dateOf({ mtimeMs }: Stats): number {
  return mtimeMs;
}

/** The files of the windows. @throws when the folder is not the user's alone. */
async function listed(folder: string): Promise<string[]> {
  const stats = await lstat(folder);
  requireOwn(stats, stats.isDirectory(), 'is');
  const paths = (await readdir(folder))
    .filter((name) => EDITOR_PLACE_NAME.test(name))
    .map((name) => join(folder, name));
  const dated = await Promise.all(paths.map(async (path) => ({ path, date: await lstat(path).then(dateOf, () => 0) })));
  return dated
    .sort((a, b) => b.date - a.date)
    .slice(0, MAX_PLACES)
    .map(({ path }) => path);
}

async function readPlace(path: string): Promise<EditorPlace> {
  // Neither follows a link nor waits for the other end of a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  let text: string;
  try {
    const stats = await file.stat();
    requireOwn(stats, stats.isFile() && stats.nlink === 1 && stats.size <= MAX_BYTES, 'file is');
    text = await file.readFile('utf8');
  } finally {
    await file.close();
  }
  const place: unknown = JSON.parse(text);
  if (!isObject(place) || typeof place.socket !== 'string' || typeof place.token !== 'string' || place.token === '')
    throw new Error('file has no address');
  const { socket, token } = place;
  if (process.platform !== 'win32') await requireOwnSocket(socket);
  return { socket, token };
}

/** In a folder of the user's alone nobody can put another socket in its place. */
async function requireOwnSocket(path: string): Promise<void> {
  if (!isAbsolute(path)) throw new Error('socket has no absolute path');
  const folder = await lstat(dirname(path));
  requireOwn(folder, folder.isDirectory(), 'socket’s folder is');
  const socket = await lstat(path);
  requireOwn(socket, socket.isSocket(), 'socket is');
}

function requireOwn({ uid, mode }: Stats, isOfItsKind: boolean, what: string): void {
  if (!isOfItsKind) throw new Error(`${what} not what it should be`);
  const own = process.geteuid?.();
  if (own === undefined) return;
  if (uid !== own) throw new Error(`${what} another user's`);
  if ((mode & OTHERS) !== 0) throw new Error(`${what} open to other users`);
}

function isMissing(error: unknown): boolean {
  return isObject(error) && error.code === 'ENOENT';
}
