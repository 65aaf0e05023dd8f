import type * as vscode from 'vscode';

/** The memento key of the names given, each with its folder. */
const NAMES = 'folder names';

/**
 * A word for each folder of the workspace, in servers' labels and the addresses of documents. It stays that folder's
 * own, whatever comes, goes or has the same name, also after a restart: an open document is of no other folder's cluster.
 */
export class FolderNames {
  readonly #memento: vscode.Memento;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  /** A word for each of these folders, no two of which differ in case alone. */
  of(folders: readonly Pick<vscode.WorkspaceFolder, 'name' | 'uri'>[]): string[] {
    const owners = this.#owners();
    const given = owners.size;
    const names = folders.map(({ name, uri }) => {
      const owner = uri.toString();
      const word = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|(?<!-)-+$/g, '') || 'folder';
      let candidate = word;
      for (let count = 2; (owners.get(keyOf(candidate)) ?? owner) !== owner; count++) candidate = `${word}-${count}`;
      owners.set(keyOf(candidate), owner);
      return candidate;
    });
    if (owners.size > given) void this.#memento.update(NAMES, [...owners]);
    return names;
  }

  /** Has the folder this name, or had it before another one? */
  isOf(name: string, { uri }: Pick<vscode.WorkspaceFolder, 'uri'>): boolean {
    return this.#owners().get(keyOf(name)) === uri.toString();
  }

  #owners(): Map<string, string> {
    return new Map(this.#memento.get<[string, string][]>(NAMES, []));
  }
}

function keyOf(name: string): string {
  return name.toLowerCase();
}
