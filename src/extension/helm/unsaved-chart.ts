import { cp, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import * as vscode from 'vscode';
import { isBelow } from '../../kubernetes/client/places.ts';

/**
 * The chart's folder, or a copy of it in `scratch` with what open editors have not saved. The folder must be contained,
 * see `assertContained`.
 */
export async function chartAsEdited(folder: string, scratch: string): Promise<string> {
  const unsaved = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && uri.scheme === 'file' && isBelow(uri.fsPath, folder),
  );
  if (unsaved.length === 0) return folder;
  const copy = join(await realpath(scratch), basename(folder));
  await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
  for (const document of unsaved) {
    const file = join(copy, relative(folder, document.uri.fsPath));
    // An absolute link within the chart leads back to the original.
    if (!isBelow(await realpath(dirname(file)), copy)) continue;
    await rm(file, { force: true });
    await writeFile(file, document.getText(), { mode: 0o600, flag: 'wx' });
  }
  return copy;
}
