import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';

/** Follows files that the user was, or is to be, asked about: what they agreed to is the file as it was. */
export class FileGuards implements vscode.Disposable {
  readonly #watchers = new Map<string, vscode.Disposable>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** From now on. A watcher stays: a new one would miss what happens before it watches. */
  add(path: string): void {
    if (this.#watchers.has(path)) return;
    const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    watcher.onDidChange(this.#onChange);
    watcher.onDidCreate(this.#onChange);
    this.#watchers.set(path, watcher);
  }

  dispose(): void {
    for (const watcher of this.#watchers.values()) watcher.dispose();
  }
}
