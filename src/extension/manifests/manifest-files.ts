import { posix } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { Slots } from '../../kubernetes/apimachinery/slots.ts';
import { NAMES } from '../../kubernetes/kustomize/staging.ts';
import { KustomizationFiles } from './kustomization-files.ts';

const PATTERN = '**/*.{yaml,yml}';
const EXCLUDED = '**/{node_modules,.git,.venv,vendor}/**';
/** The most files that are looked through below a folder. */
const MAX_FOUND = 10_000;
/** The most files, kustomizations and charts to show, and files and kustomizations of a folder to apply. */
const MAX_SOURCES = 500;
/** More files at a time may be more than the system lets open. */
const reading = new Slots(32);
/** What belongs to a chart is made into objects by Helm. */
const CHART = 'Chart.yaml';

/** What makes objects: files of their own, and kustomizations by their kustomization.yaml. */
export interface ManifestFiles {
  files: vscode.Uri[];
  kustomizations: vscode.Uri[];
}

/** The manifests that a view shows. */
interface ShownManifests extends ManifestFiles {
  /** By their Chart.yaml. */
  charts: vscode.Uri[];
  /** What it does not show, in words. */
  notes: string[];
}

/** The manifests of folders of the workspace to show, each in order. */
export async function manifestsOf(folders: readonly vscode.Uri[]): Promise<ShownManifests> {
  const found = await Promise.all(folders.map(manifestsIn));
  let left = 0;
  const first = (uris: readonly vscode.Uri[]) => {
    left += Math.max(0, uris.length - MAX_SOURCES);
    return inOrder(uris).slice(0, MAX_SOURCES);
  };
  const shown: ShownManifests = {
    files: first(found.flatMap(({ files }) => files)),
    kustomizations: first(found.flatMap(({ kustomizations }) => kustomizations)),
    charts: first(found.flatMap(({ charts }) => charts)),
    notes: found.flatMap(({ notes }) => notes),
  };
  if (left > 0) shown.notes.push(vscode.l10n.t('{0} more files, kustomizations and charts are not shown.', left));
  return shown;
}

async function manifestsIn(folder: vscode.Uri): Promise<ShownManifests> {
  const shown: ShownManifests = { files: [], kustomizations: [], charts: [], notes: [] };
  try {
    const around = await Surroundings.of(folder);
    shown.charts = around.charts;
    shown.kustomizations = around.kustomizations.whole.map((path) => folder.with({ path }));
    shown.files = await around.filesBelow(folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    shown.notes.push(error.message);
  }
  return shown;
}

/**
 * What is to be applied of chosen files and folders, each in order and once. A file that is named counts as it is.
 * @throws UserError for a folder with too much: applying a part of it would look like all of it.
 */
export async function manifestsAmong(places: readonly vscode.Uri[]): Promise<ManifestFiles> {
  const known = new Map<string, Promise<Surroundings>>();
  const surroundingsOf = (folder: vscode.Uri) => {
    const key = folder.toString();
    const surroundings = known.get(key) ?? Surroundings.of(folder);
    known.set(key, surroundings);
    return surroundings;
  };
  const found = await Promise.all(
    places.map(async (place): Promise<ManifestFiles> => {
      if (!(await isFolder(place)))
        return (await isKustomization(place))
          ? { files: [], kustomizations: [place] }
          : { files: [place], kustomizations: [] };
      // A folder inside of a chart or a kustomization belongs to it, too.
      const around = await surroundingsOf(vscode.workspace.getWorkspaceFolder(place)?.uri ?? place);
      const files = await around.filesBelow(place);
      const kustomizations = around.kustomizations.rootsBelow(place.path).map((path) => place.with({ path }));
      assertNotTooMany(files.length + kustomizations.length, place);
      return { files, kustomizations };
    }),
  );
  return {
    files: inOrder(found.flatMap(({ files }) => files)),
    kustomizations: inOrder(found.flatMap(({ kustomizations }) => kustomizations)),
  };
}

function assertNotTooMany(count: number, folder: vscode.Uri): void {
  if (count <= MAX_SOURCES) return;
  const name = vscode.workspace.asRelativePath(folder);
  throw new UserError(
    vscode.l10n.t('{0} files and kustomizations of {1} are too many at once: apply the folders in it.', count, name),
  );
}

/** The charts and kustomizations that files may be parts of. */
class Surroundings {
  readonly charts: vscode.Uri[];
  readonly kustomizations: KustomizationFiles;
  readonly #chartFolders: ReadonlySet<string>;

  private constructor(charts: vscode.Uri[], chartFolders: ReadonlySet<string>, kustomizations: KustomizationFiles) {
    this.charts = charts;
    this.#chartFolders = chartFolders;
    this.kustomizations = kustomizations;
  }

  static async of(folder: vscode.Uri): Promise<Surroundings> {
    const [charts, named] = await Promise.all([find(folder, `**/${CHART}`), find(folder, `**/{${NAMES.join(',')}}`)]);
    const chartFolders = new Set(charts.map(({ path }) => posix.dirname(path)));
    const own = named.filter(({ path }) => !isBelow(path, chartFolders));
    const texts = await Promise.all(own.map(async (uri) => [uri.path, await savedText(uri)] as const));
    return new Surroundings(charts, chartFolders, await KustomizationFiles.of(new Map(texts)));
  }

  /** The YAML files below a folder that are no part of a chart or a kustomization. */
  async filesBelow(folder: vscode.Uri): Promise<vscode.Uri[]> {
    const files = await find(folder, PATTERN);
    return files.filter(({ path }) => !isBelow(path, this.#chartFolders) && !this.kustomizations.isPart(path));
  }
}

/** @throws UserError for more than are looked through: of what one of these loads, the rest would seem to be its own. */
async function find(folder: vscode.Uri, pattern: string): Promise<vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern), EXCLUDED, MAX_FOUND);
  if (found.length < MAX_FOUND) return found;
  const name = vscode.workspace.asRelativePath(folder);
  throw new UserError(vscode.l10n.t('{0} has too many files to look through: {1} or more.', name, MAX_FOUND));
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  const above = posix.dirname(path);
  return above !== path && (folders.has(above) || isBelow(above, folders));
}

function inOrder(uris: readonly vscode.Uri[]): vscode.Uri[] {
  const once = new Map(uris.map((uri) => [uri.toString(), uri]));
  return [...once.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function isFolder(place: vscode.Uri): Promise<boolean> {
  const { type } = await vscode.workspace.fs.stat(place);
  return (type & vscode.FileType.Directory) !== 0;
}

async function isKustomization(file: vscode.Uri): Promise<boolean> {
  if (!NAMES.includes(posix.basename(file.path))) return false;
  const { whole } = await KustomizationFiles.of(new Map([[file.path, await savedText(file)]]));
  return whole.length > 0;
}

// As kustomize sees it.
async function savedText(uri: vscode.Uri): Promise<string | undefined> {
  const done = await reading.take();
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
  } catch {
    return undefined;
  } finally {
    done();
  }
}
