import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../apimachinery/errors.ts';
import { readValue } from '../text/reading.ts';
import { referencesOf } from './references.ts';
import type { Place, WorkspaceTree } from './workspace-tree.ts';

/** A copy of what a kustomization is made of, deleted afterwards. */
export interface Staging extends AsyncDisposable {
  /** The copy of the workspace. */
  root: string;
  /** The folder to build. */
  folder: string;
  /** The files and folders of the workspace that were copied, without links. */
  originals: ReadonlySet<string>;
}

/** The names that the file of a kustomization may have. */
export const NAMES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const MAX_FILES = 2_000;
const MAX_BYTES = 16 << 20;

/** The name of the kustomization in a folder; undefined if it has none. @throws UserError for several. */
export async function kustomizationIn(tree: WorkspaceTree, folder: Place): Promise<string | undefined> {
  const names = (await tree.names(folder)).filter((name) => NAMES.includes(name));
  if (names.length > 1)
    throw new UserError(`${tree.shown(folder.real)} has several kustomizations: ${names.join(', ')}. Keep one.`);
  return names[0];
}

/**
 * Copies what the kustomization of a folder loads, and nothing else, so that what was checked is what is built, and a
 * path that was overlooked leads nowhere.
 * @throws UserError for what is outside of the workspace, or no file.
 */
export async function stage(tree: WorkspaceTree, folder: Place): Promise<Staging> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'mcp-k8s-kustomize-')));
  const remove = () => rm(root, { recursive: true, force: true });
  try {
    const copying = new Copying(tree, root);
    await copying.base(folder);
    const { originals } = copying;
    return { root, folder: tree.copyIn(root, folder.real), originals, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

class Copying {
  readonly originals = new Set<string>();
  readonly #tree: WorkspaceTree;
  readonly #root: string;
  #bytesLeft = MAX_BYTES;

  constructor(tree: WorkspaceTree, root: string) {
    this.#tree = tree;
    this.#root = root;
  }

  /** Copies the kustomization of a folder, and what it loads. */
  async base(folder: Place): Promise<void> {
    if (this.originals.has(folder.real)) return;
    this.originals.add(folder.real);
    const where = this.#tree.shown(folder.real);
    const file = await kustomizationIn(this.#tree, folder);
    if (file === undefined) throw new UserError(`The folder ${where} has no kustomization.yaml.`);
    const text = (await this.#file(await this.#tree.find(file, folder.real), join(folder.real, file))).toString('utf8');
    const name = this.#tree.shown(join(folder.real, file));
    const { files, bases } = referencesOf(await readValue(text, name), name);
    for (const path of files) {
      const found = await this.#tree.find(path, folder.real);
      if (found.isFolder) throw new UserError(`${name} loads ${JSON.stringify(path)} as a file, and it is a folder.`);
      await this.#file(found, resolve(folder.real, path));
    }
    for (const path of bases) {
      const found = await this.#tree.find(path, folder.real);
      if (found.isFolder) await this.base(found);
      else await this.#file(found, resolve(folder.real, path));
    }
  }

  /** Copies a file to where it is named: a link to it may be somewhere else. */
  async #file(found: Place, named: string): Promise<Buffer> {
    this.originals.add(found.real);
    if (this.originals.size > MAX_FILES)
      throw new UserError(`The kustomization is made of more than ${MAX_FILES} files and folders.`);
    const content = await this.#tree.read(found, this.#bytesLeft);
    this.#bytesLeft -= content.length;
    const copy = this.#tree.copyIn(this.#root, named);
    await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
    await writeFile(copy, content, { mode: 0o600 });
    return content;
  }
}
