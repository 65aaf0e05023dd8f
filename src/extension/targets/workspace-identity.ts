import type { BigIntStats } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';

/** Stands for a folder of the workspace, or for the file that is the workspace where there is none. */
export function folderIdentity(folder: vscode.WorkspaceFolder | undefined): Promise<string> {
  const file = vscode.workspace.workspaceFile;
  const path = folder?.uri.fsPath ?? (file && dirname(file.fsPath));
  return path === undefined ? Promise.resolve('') : workspaceIdentity(path);
}

/**
 * Stands for a folder and the repository that it is now: another one that is cloned to the same path, or unpacked there, has
 * another identity. Commits, branches and edits change nothing.
 */
export async function workspaceIdentity(folder: string): Promise<string> {
  const path = await realpath(folder).catch(() => folder);
  const repository = await repositoryOf(path);
  const anchor = repository ?? path;
  const birth = await stat(anchor, { bigint: true }).then(birthOf, () => 'absent');
  return JSON.stringify([path, anchor, birth, repository === undefined ? '' : await originOf(repository)]);
}

/** The `.git` of a folder or of one above it: a folder, or a file in work trees and submodules. */
async function repositoryOf(folder: string): Promise<string | undefined> {
  const candidate = join(folder, '.git');
  if (await stat(candidate).catch(() => undefined)) return candidate;
  const parent = dirname(folder);
  return parent === folder ? undefined : repositoryOf(parent);
}

// Numbers of files are used again; together with the time of birth, where the file system keeps one, they are not.
function birthOf({ ino, birthtimeNs }: BigIntStats): string {
  return `${ino}/${birthtimeNs}`;
}

async function originOf(repository: string): Promise<string> {
  const config = await readFile(join(repository, 'config'), 'utf8')
    // In a work tree, where the repository is.
    .catch(() => readFile(repository, 'utf8'))
    .catch(() => '');
  const origin = /^\s*\[remote "origin"\]([^[]*)/m.exec(config)?.[1] ?? (config.startsWith('gitdir:') ? config : '');
  return /^\s*url\s*=\s*(.+)$/m.exec(origin)?.[1]?.trim() ?? origin.trim();
}
