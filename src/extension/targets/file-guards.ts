import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';

/** Watches the files that consents are about: a consent holds for the content as it was. */
export class FileGuards implements vscode.Disposable {
  readonly #watchers = new Map<string, vscode.Disposable>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Starts watching. A watcher stays: a new one would miss changes before it starts. */
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
