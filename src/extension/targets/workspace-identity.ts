import type { BigIntStats } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';

/** Identifies a folder of the workspace or, without one, the workspace file. */
export function folderIdentity(folder: vscode.WorkspaceFolder | undefined): Promise<string> {
  const file = vscode.workspace.workspaceFile;
  const path = folder?.uri.fsPath ?? (file && dirname(file.fsPath));
  return path === undefined ? Promise.resolve('') : workspaceIdentity(path);
}

/**
 * Identifies a folder and its current repository: another one cloned or unpacked to the same path has another identity.
 * Commits, branches and edits do not change it.
 */
export async function workspaceIdentity(folder: string): Promise<string> {
  const path = await realpath(folder).catch(() => folder);
  const repository = await repositoryOf(path);
  const anchor = repository ?? path;
  const birth = await stat(anchor, { bigint: true }).then(birthOf, () => 'absent');
  return JSON.stringify([path, anchor, birth, repository === undefined ? '' : await originOf(repository)]);
}

/** The `.git` of a folder or its nearest parent with one: a folder, or a file in worktrees and submodules. */
async function repositoryOf(folder: string): Promise<string | undefined> {
  const candidate = join(folder, '.git');
  if (await stat(candidate).catch(() => undefined)) return candidate;
  const parent = dirname(folder);
  return parent === folder ? undefined : repositoryOf(parent);
}

// Inode numbers are reused; together with the birth time, where the file system keeps one, they are unique.
function birthOf({ ino, birthtimeNs }: BigIntStats): string {
  return `${ino}/${birthtimeNs}`;
}

async function originOf(repository: string): Promise<string> {
  const config = await readFile(join(repository, 'config'), 'utf8')
    // In a worktree: the file that points to the repository.
    .catch(() => readFile(repository, 'utf8'))
    .catch(() => '');
  if (config.startsWith('gitdir:')) return config.trim();
  const lines = config.split('\n').map((line) => line.trim());
  const begin = lines.findIndex((line) => line.startsWith('[remote "origin"]'));
  if (begin < 0) return '';
  const section = lines.slice(begin + 1);
  const end = section.findIndex((line) => line.startsWith('['));
  const origin = end < 0 ? section : section.slice(0, end);
  const url = origin.map((line) => /^url\s*=(.*)/.exec(line)?.[1]?.trim()).find((value) => value);
  return url ?? origin.join('\n').trim();
}
