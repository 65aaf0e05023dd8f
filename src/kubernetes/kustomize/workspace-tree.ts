import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../apimachinery/errors.ts';
import { isBelow, isOnlyHere, isRemotePath } from '../client/places.ts';

/** A file or folder that really is in the workspace. */
export interface Place {
  /** Without links. */
  real: string;
  isFolder: boolean;
}

const MAX_SHOWN = 200;

/** A folder of this machine, of which files are read and nothing outside of it. */
export class WorkspaceTree {
  /** Without links. */
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** @throws UserError where there is no workspace: no path of a server's machine is read for a caller elsewhere. */
  static async of(workspace: string | undefined): Promise<WorkspaceTree> {
    if (workspace === undefined)
      throw new UserError('path is read from a workspace, and this server has none: pass the text as manifest.');
    return new WorkspaceTree(await realpath(workspace));
  }

  /** What a path of the workspace means. @throws UserError for what is missing or outside of it, links included. */
  async find(path: string, from = this.root): Promise<Place> {
    const wanted = resolve(from, path);
    if (isRemotePath(path) || path.includes('\0') || !isBelow(wanted, this.root))
      throw this.#refused(path, 'is outside of the workspace');
    const real = await realpath(wanted).catch(() => undefined);
    if (real === undefined)
      throw this.#refused(path, `does not exist${isAbsolute(path) ? '' : ` in ${this.shown(from)}`}`);
    if (!isBelow(real, this.root)) throw this.#refused(path, 'is a link out of the workspace');
    const found = await stat(real);
    if (!found.isFile() && !found.isDirectory()) throw this.#refused(path, 'is neither a file nor a folder');
    return { real, isFolder: found.isDirectory() };
  }

  /** The content of a file that was found. @throws UserError for a larger one. */
  async read({ real }: Place, bytes: number): Promise<Buffer> {
    const file = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await file.stat();
      if (!isOnlyHere(found)) throw this.#refused(this.shown(real), 'is a link, or no file');
      if (found.size > bytes)
        throw this.#refused(this.shown(real), `and what belongs to it has more than ${bytes} bytes`);
      const content = Buffer.alloc(found.size);
      const { bytesRead } = await file.read(content, 0, found.size, 0);
      return content.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** The names of the files in a folder that was found. */
  async names({ real }: Place): Promise<string[]> {
    const entries = await readdir(real, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [] : [entry.name])).sort();
  }

  /** A path as the user knows it: relative to the workspace, with slashes. */
  shown(path: string): string {
    return relative(this.root, path).split(sep).join('/') || '.';
  }

  /** Where a copy of a path is in a copy of the workspace. */
  copyIn(folder: string, path: string): string {
    return join(folder, relative(this.root, path));
  }

  #refused(path: string, why: string): UserError {
    return new UserError(`${JSON.stringify(path.slice(0, MAX_SHOWN))} ${why}: only files of the workspace are read.`);
  }
}
