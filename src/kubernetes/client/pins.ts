import { createHash } from 'node:crypto';
import { type BigIntStats, statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { parse, resolve } from 'node:path';
import { UserError } from '../apimachinery/errors.ts';
import type { ExecConfig } from './exec-config.ts';
import { isInside, isRemotePath, isSystemPath } from './places.ts';
import { findProgram, isPath } from './programs.ts';

/** A file that a credential plugin runs or names, as the user agreed to it. */
export type Pin = {
  path: string;
  sha256: string;
};

/** The restrictions on a credential plugin. */
export type Confinement = {
  /** Files and folders that came with a workspace: programs are neither looked up nor run there. */
  places: readonly string[];
  /** Absent for the user's own kubeconfig, whose programs are trusted. */
  pins: readonly Pin[] | undefined;
};

/** Maximum size in bytes of a program that is hashed. */
const MAX_PROGRAM_BYTES = 512 << 20;
/** Maximum number of files that one plugin may name. */
const MAX_PINS = 100;
const ABSENT = 'absent';

/** The working folder for a credential plugin, where it finds no workspace file by chance. */
export function pluginFolder(places: readonly string[]): string {
  return places.length === 0 ? process.cwd() : parse(process.execPath).root;
}

/**
 * The files of `places` that a credential plugin runs or names, in arguments, environment and the first line of
 * scripts, with a hash of their content. A program named by path is included wherever it lies.
 * @throws UserError when there are too many, or one is too large.
 */
export async function pinsOf(exec: ExecConfig, places: readonly string[]): Promise<Pin[]> {
  return [...(await look(exec, places))].map(([path, { sha256 }]) => ({ path, sha256 }));
}

/**
 * Calls `start` if every file is still as pinned, without awaiting anything between the check and the start.
 * @throws UserError if one has changed, or there is a new one.
 */
export async function startPinned<T>(exec: ExecConfig, { places, pins }: Confinement, start: () => T): Promise<T> {
  if (!pins) return start();
  const seen = await look(exec, places);
  const known = new Map(pins.map(({ path, sha256 }) => [path, sha256]));
  for (const [path, { sha256, identity }] of seen) {
    const now = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (known.get(path) !== sha256 || identityOf(now) !== identity) throw changed(path);
  }
  const gone = pins.find(({ path }) => !seen.has(path));
  if (gone) throw changed(gone.path);
  return start();
}

function changed(path: string): UserError {
  return new UserError(`${path} is not what the user agreed to any more: it was changed, so nothing is run.`);
}

interface Look {
  sha256: string;
  identity: string;
  firstLine: string;
}

/** A path where a program may appear later. */
const NOTHING: Look = { sha256: ABSENT, identity: ABSENT, firstLine: '' };

async function look({ command, args, env }: ExecConfig, places: readonly string[]): Promise<Map<string, Look>> {
  const seen = new Map<string, Look>();
  const add = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    if (seen.size === MAX_PINS) throw new UserError(`The credential plugin "${command}" names too many files.`);
    const found = await read(path);
    seen.set(path, found);
    if (!found.firstLine.startsWith('#!')) return;
    for (const named of await namedIn([found.firstLine.slice(2)], places)) await add(named);
  };
  const program = await findProgram(command, places);
  if (program === undefined && isPath(command)) seen.set(command, NOTHING);
  else if (program !== undefined && isPath(command)) await add(program);
  for (const path of await namedIn([...args, ...env.map(({ value }) => value)], places)) await add(path);
  return seen;
}

async function namedIn(texts: readonly string[], places: readonly string[]): Promise<string[]> {
  const folder = pluginFolder(places);
  // Options and lists contain paths in the middle: --config=/a, /a:/b.
  const words = new Set(texts.flatMap((text) => [text, ...text.split(/[\s=,;:'"]+/), ...text.split(/[\s=,;'"]+/)]));
  const found = await Promise.all(
    [...words].map(async (word) => {
      if (word === '' || isRemotePath(word)) return [];
      const path = resolve(folder, word);
      if (isSystemPath(path) || !(await isInside(path, places))) return [];
      const isFile = await stat(path).then(
        (stats) => stats.isFile(),
        () => false,
      );
      return isFile ? [path] : [];
    }),
  );
  return found.flat();
}

async function read(path: string): Promise<Look> {
  const file = await open(path);
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) throw new UserError(`${path} is no file.`);
    if (before.size > MAX_PROGRAM_BYTES) throw new UserError(`${path} is too large to be looked into.`);
    const hash = createHash('sha256');
    let firstLine = '';
    for await (const chunk of file.createReadStream({ autoClose: false, end: MAX_PROGRAM_BYTES })) {
      if (firstLine === '') firstLine = (chunk as Buffer).subarray(0, 512).toString('latin1').split('\n', 1)[0] ?? '';
      hash.update(chunk as Buffer);
    }
    if (identityOf(await file.stat({ bigint: true })) !== identityOf(before))
      throw new UserError(`${path} is being changed.`);
    return { sha256: hash.digest('hex'), identity: identityOf(before), firstLine };
  } finally {
    await file.close();
  }
}

// A file's writer cannot set its ctime.
function identityOf(stats: BigIntStats | undefined): string {
  return stats ? [stats.dev, stats.ino, stats.size, stats.ctimeNs].join('/') : ABSENT;
}
