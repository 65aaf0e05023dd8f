import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { messageOf, UserError } from '../apimachinery/errors.ts';
import { isRemotePath, isSystemPath, leadsToOtherMachine } from './places.ts';

/** A kubeconfig as read from disk. */
export interface KubeconfigBytes {
  path: string;
  /** The path with symbolic links resolved. */
  realPath: string;
  bytes: Buffer;
  /** Of the bytes. */
  sha256: string;
}

/** Maximum size in bytes of a kubeconfig from a workspace. */
const MAX_STRANGE_BYTES = 1 << 20;

/**
 * Reads a file; undefined if it does not exist. A file from a workspace is untrusted and must be a regular file on this
 * machine: others may never end, or differ for another process.
 * @throws UserError when it cannot be read, or may not be.
 */
export async function readKubeconfigBytes(path: string, isStrange: boolean): Promise<KubeconfigBytes | undefined> {
  try {
    const { realPath, bytes } = isStrange ? await readStrange(path) : await readOwn(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { path, realPath, bytes, sha256 };
  } catch (error) {
    if (error instanceof UserError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError(`The kubeconfig ${path} cannot be read: ${messageOf(error)}`);
  }
}

async function readOwn(path: string): Promise<{ realPath: string; bytes: Buffer }> {
  const file = await open(path);
  try {
    const bytes = await file.readFile();
    // A shell's process substitution has no real path.
    return { realPath: await realpath(path).catch(() => path), bytes };
  } finally {
    await file.close();
  }
}

async function readStrange(path: string): Promise<{ realPath: string; bytes: Buffer }> {
  refuseUnusual(path, path);
  if (await leadsToOtherMachine(path)) throw isElsewhere(path);
  const realPath = await realpath(path);
  refuseUnusual(path, realPath);
  // Checked before opening: opening a pipe waits for its other end.
  if (!(await stat(realPath)).isFile()) throw notRegular(path);
  const file = await open(realPath, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  try {
    const opened = await file.stat();
    if (!opened.isFile()) throw notRegular(path);
    if (opened.size > MAX_STRANGE_BYTES)
      throw new UserError(`The kubeconfig ${path} is not used: with ${opened.size} bytes it is larger than any.`);
    const bytes = await file.readFile();
    const named = await stat(realPath);
    if (named.dev !== opened.dev || named.ino !== opened.ino || (await realpath(path)) !== realPath)
      throw new UserError(`The kubeconfig ${path} is being replaced: call again.`);
    return { realPath, bytes };
  } finally {
    await file.close();
  }
}

function refuseUnusual(path: string, place: string): void {
  if (isRemotePath(place)) throw isElsewhere(path);
  if (isSystemPath(place)) throw notRegular(path);
}

function isElsewhere(path: string): UserError {
  return new UserError(`The kubeconfig ${path} is not used: it lies on another machine.`);
}

function notRegular(path: string): UserError {
  return new UserError(
    `The kubeconfig ${path} is not used: the workspace has to provide a regular file, which this is not.`,
  );
}
