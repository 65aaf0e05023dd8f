import * as vscode from 'vscode';

const FILES = 'text/uri-list';

/** Lets files and folders be dropped on a tree. */
export function fileDrop<T>(
  drop: (files: vscode.Uri[], on: T | undefined) => unknown,
): vscode.TreeDragAndDropController<T> {
  return {
    dropMimeTypes: [FILES],
    dragMimeTypes: [],
    async handleDrop(on, transfer) {
      const files = urisIn((await transfer.get(FILES)?.asString()) ?? '');
      if (files.length > 0) await drop(files, on);
    },
  };
}

/** The URIs of a list, one a line, with comments. */
export function urisIn(list: string): vscode.Uri[] {
  return list
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => vscode.Uri.parse(line, true));
}
