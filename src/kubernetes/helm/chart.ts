import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { isBelow, isOnlyHere } from '../client/places.ts';
import { readManifests } from '../text/reading.ts';
import { type HelmProgram, helmError, runHelm } from './helm-program.ts';
import type { WorkFolder } from './work-folder.ts';

/** Where a chart comes from. */
export type ChartSource =
  | { from: 'workspace'; folder: string }
  | { from: 'repository' | 'registry' | 'url'; reference: string };

const REPOSITORY = /^[A-Za-z0-9][\w.-]{0,62}\/[A-Za-z0-9][\w.-]{0,252}$/;
const REGISTRY = /^oci:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9][\w.-]*)+$/i;
const VERSION = /^[\w.+~^<>=*|, -]{1,100}$/;
const FORMS =
  'Charts are given as repository/name, of a repository that Helm knows, as oci://registry/name, or as a folder of the workspace.';
const MAX_FILES = 5_000;
const MAX_BYTES = 50 << 20;
/** In milliseconds. */
const DOWNLOAD_TIMEOUT = 120_000;

/**
 * Resolves a call's chart argument.
 * @param workspace the only folder charts are read from; undefined: none is read.
 * @throws UserError for anything else, in particular other files of this machine.
 */
export async function chartSource(chart: string, workspace: string | undefined): Promise<ChartSource> {
  const shown = JSON.stringify(chart.slice(0, 200));
  if (/^oci:\/\//i.test(chart)) {
    if (!REGISTRY.test(chart))
      throw new UserError(`${shown} is no chart of a registry: oci://host/path/name, the version by version.`);
    return { from: 'registry', reference: chart };
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(chart)) return { from: 'url', reference: urlOf(chart, shown) };
  const folder = workspace && (await folderIn(workspace, chart));
  if (folder) return { from: 'workspace', folder };
  if (REPOSITORY.test(chart)) return { from: 'repository', reference: chart };
  if (workspace === undefined && /[\\/]|^\./.test(chart))
    throw new UserError(`${shown} would be a folder on the machine of this server, of which nothing is read. ${FORMS}`);
  throw new UserError(`There is no chart ${shown} here. ${FORMS}`);
}

/** A version or range, as helm accepts them. @throws UserError */
function assertVersion(version: string): void {
  if (!VERSION.test(version)) throw new UserError(`${JSON.stringify(version.slice(0, 100))} is no version of a chart.`);
}

/** Saves the chart in the folder as one file, so that every later step uses the same chart. */
export async function fetchChart(
  program: HelmProgram,
  source: ChartSource,
  version: string | undefined,
  folder: WorkFolder,
  signal: AbortSignal,
): Promise<string> {
  const destination = `--destination=${folder.path}`;
  if (version !== undefined) assertVersion(version);
  if (source.from === 'workspace') await assertContained(source.folder);
  const args =
    source.from === 'workspace'
      ? ['package', source.folder, destination]
      : ['pull', source.reference, destination, ...(version === undefined ? [] : [`--version=${version}`])];
  const done = await runHelm(program, args, { folder: folder.path, signal, timeout: DOWNLOAD_TIMEOUT });
  signal.throwIfAborted();
  if (done.code !== 0) {
    const what = source.from === 'workspace' ? source.folder : source.reference;
    throw new UserError(`The chart ${what} cannot be had. Helm says: ${helmError(done)}`);
  }
  const file = (await readdir(folder.path)).find((name) => name.endsWith('.tgz'));
  if (file === undefined) throw new UserError('Helm gave no chart.');
  return join(folder.path, file);
}

/** The chart's CustomResourceDefinitions, which helm creates on the first installation only. */
export async function definitionsOf(
  program: HelmProgram,
  file: string,
  folder: WorkFolder,
  signal: AbortSignal,
): Promise<KubernetesObject[]> {
  const args = ['show', 'crds', file];
  const done = await runHelm(program, args, { folder: folder.path, signal, timeout: DOWNLOAD_TIMEOUT });
  if (done.code !== 0) throw new UserError(`The chart cannot be read. Helm says: ${helmError(done)}`);
  return readManifests(done.stdout);
}

function urlOf(chart: string, shown: string): string {
  const url = URL.canParse(chart) ? new URL(chart) : undefined;
  if (url?.protocol !== 'https:')
    throw new UserError(`${shown} is not read: of addresses only https:// and oci:// are. ${FORMS}`);
  if (url.username || url.password)
    throw new UserError('An address with a login in it is not read: add the repository with its login instead.');
  return url.href;
}

async function folderIn(workspace: string, chart: string): Promise<string | undefined> {
  const path = resolve(workspace, chart);
  const found = await stat(join(path, 'Chart.yaml')).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const [real, root] = await Promise.all([realpath(path), realpath(workspace)]);
  if (!isBelow(path, workspace) || !isBelow(real, root))
    throw new UserError(
      `${JSON.stringify(chart.slice(0, 200))} is outside of the workspace, of which alone charts are read. ${FORMS}`,
    );
  return real;
}

/**
 * Helm follows symbolic links, and a template may print any file of its chart.
 * @throws UserError for a chart that has anything but files below its folder.
 */
export async function assertContained(folder: string): Promise<void> {
  let files = 0;
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    files += 1;
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) {
      const real = await realpath(path).catch(() => path);
      if (!isBelow(real, folder)) throw new UserError(`The chart holds a link that leads out of it: ${path}.`);
    } else if (entry.isFile()) bytes += await sizeOf(path);
    else if (!entry.isDirectory()) throw new UserError(`The chart holds something that is no file: ${path}.`);
    if (files > MAX_FILES || bytes > MAX_BYTES)
      throw new UserError(`The chart is larger than ${MAX_FILES} files or ${MAX_BYTES >> 20} MB.`);
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await lstat(file);
  if (isOnlyHere(found)) return found.size;
  throw new UserError(`The chart holds a file that has another name, which may be outside of it: ${file}.`);
}
