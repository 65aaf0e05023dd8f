import { readdir, realpath } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { readTextFile } from '../../kubernetes/text/files.ts';
import { readManifests } from '../../kubernetes/text/reading.ts';
import type { Caller } from '../core/caller.ts';

/** Limits of the search: a workspace may be a home directory. */
const MAX_ENTRIES = 10_000;
const MAX_FILES = 200;
const MAX_BYTES = 256_000;
const MAX_DEPTH = 8;
/** In milliseconds. */
const MAX_SEARCH_MS = 5_000;
/** Folders with third-party files. */
const PASSED_OVER = /^(\.|node_modules$|vendor$)/;
const CLIENT_TIMEOUT_MS = 5_000;

/** A workspace file that holds only Kubernetes objects. */
export interface ManifestFile {
  /** Relative to its root, prefixed by the root's name. */
  path: string;
  objects: KubernetesObject[];
}

export interface ManifestSearch {
  files: ManifestFile[];
  /** False when a limit of the search was reached. */
  complete: boolean;
}

/** The client's roots that are folders; undefined when it does not provide any. */
export async function rootFolders(caller: Pick<Caller, 'roots'>, signal: AbortSignal): Promise<string[] | undefined> {
  const roots = (await caller.roots({ signal, timeout: CLIENT_TIMEOUT_MS })) ?? [];
  const folders = roots.flatMap((uri) => (uri.startsWith('file:///') ? [fileURLToPath(uri)] : []));
  return folders.length > 0 ? folders : undefined;
}

/** The manifests below the folders, shallow ones first. Follows no links and skips what does not parse. */
export async function findManifests(folders: readonly string[], signal: AbortSignal): Promise<ManifestSearch> {
  const search: ManifestSearch = { files: [], complete: true };
  const budget = { entries: MAX_ENTRIES, files: MAX_FILES };
  const latest = performance.now() + MAX_SEARCH_MS;
  for (const folder of folders) {
    const root = await realpath(folder).catch(() => undefined);
    if (!root) continue;
    let level = [root];
    for (let depth = 0; level.length > 0; depth += 1) {
      if (depth > MAX_DEPTH) search.complete = false;
      const next: string[] = [];
      for (const directory of depth > MAX_DEPTH ? [] : level) {
        signal.throwIfAborted();
        const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
        budget.entries -= entries.length;
        // Symbolic links are neither files nor directories here.
        for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
          const path = join(directory, entry.name);
          if (entry.isDirectory() && !PASSED_OVER.test(entry.name)) next.push(path);
          if (!entry.isFile() || !/\.ya?ml$/i.test(entry.name)) continue;
          budget.files -= 1;
          if (budget.files < 0 || performance.now() > latest) break;
          const objects = await readObjects(root, path);
          if (objects.length > 0) search.files.push({ path: join(basename(root), relative(root, path)), objects });
        }
        if (budget.entries < 0 || budget.files < 0 || performance.now() > latest) return { ...search, complete: false };
      }
      level = next;
    }
  }
  return search;
}

async function readObjects(root: string, path: string): Promise<KubernetesObject[]> {
  try {
    if (!(await realpath(path)).startsWith(root.endsWith(sep) ? root : root + sep)) return [];
    const objects = await readManifests(await readTextFile(path, MAX_BYTES));
    // An object without a name is a kubeconfig, a kustomization or another tool's file.
    return objects.every(({ metadata, kind }) => typeof metadata?.name === 'string' && kind !== 'Config')
      ? objects
      : [];
  } catch {
    return [];
  }
}
