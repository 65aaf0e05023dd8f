import { posix } from 'node:path';
import * as vscode from 'vscode';
import { NAMES } from '../../kubernetes/kustomize/staging.ts';
import { KustomizationFiles } from './kustomization-files.ts';

const PATTERN = '**/*.{yaml,yml}';
const EXCLUDED = '**/{node_modules,.git,.venv,vendor}/**';
/** The most files that are found below a folder. */
const MAX_FILES = 500;
/** What belongs to a chart is made into objects by Helm. */
const CHART = 'Chart.yaml';

/** What makes objects: files of their own, and kustomizations by their kustomization.yaml. */
export interface ManifestFiles {
  files: vscode.Uri[];
  kustomizations: vscode.Uri[];
}

/** The manifests of folders of the workspace, each in order; also charts, by their Chart.yaml. */
export async function manifestsOf(
  folders: readonly vscode.Uri[],
): Promise<ManifestFiles & Record<'charts', vscode.Uri[]>> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const surroundings = await Surroundings.of(folder);
      const { charts, kustomizations } = surroundings;
      return {
        files: await surroundings.filesBelow(folder),
        kustomizations: kustomizations.whole.map((path) => folder.with({ path })),
        charts,
      };
    }),
  );
  return {
    files: inOrder(found.flatMap(({ files }) => files)),
    kustomizations: inOrder(found.flatMap(({ kustomizations }) => kustomizations)),
    charts: inOrder(found.flatMap(({ charts }) => charts)),
  };
}

/** What is to be applied of chosen files and folders, each in order and once. A file that is named counts as it is. */
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
      // A folder inside of a chart or a kustomization belongs to it, too.
      const around = await surroundingsOf(vscode.workspace.getWorkspaceFolder(place)?.uri ?? place);
      const { kustomizations } = around;
      if (!(await isFolder(place)))
        return kustomizations.whole.includes(place.path)
          ? { files: [], kustomizations: [place] }
          : { files: [place], kustomizations: [] };
      return {
        files: await around.filesBelow(place),
        kustomizations: kustomizations.rootsBelow(place.path).map((path) => place.with({ path })),
      };
    }),
  );
  return {
    files: inOrder(found.flatMap(({ files }) => files)),
    kustomizations: inOrder(found.flatMap(({ kustomizations }) => kustomizations)),
  };
}

/** The charts and kustomizations that files may be parts of. */
class Surroundings {
  readonly charts: vscode.Uri[];
  readonly kustomizations: KustomizationFiles;

  private constructor(charts: vscode.Uri[], kustomizations: KustomizationFiles) {
    this.charts = charts;
    this.kustomizations = kustomizations;
  }

  static async of(folder: vscode.Uri): Promise<Surroundings> {
    const [charts, named] = await Promise.all([find(folder, `**/${CHART}`), find(folder, `**/{${NAMES.join(',')}}`)]);
    const own = named.filter(({ path }) => !isInChart(path, charts));
    const texts = await Promise.all(own.map(async (uri) => [uri.path, await savedText(uri)] as const));
    return new Surroundings(charts, await KustomizationFiles.of(new Map(texts)));
  }

  /** The YAML files below a folder that are no part of a chart or a kustomization. */
  async filesBelow(folder: vscode.Uri): Promise<vscode.Uri[]> {
    const files = await find(folder, PATTERN);
    return files.filter(({ path }) => !isInChart(path, this.charts) && !this.kustomizations.isPart(path));
  }
}

function find(folder: vscode.Uri, pattern: string): Thenable<vscode.Uri[]> {
  return vscode.workspace.findFiles(new vscode.RelativePattern(folder, pattern), EXCLUDED, MAX_FILES);
}

function isInChart(path: string, charts: readonly vscode.Uri[]): boolean {
  return charts.some((chart) => path.startsWith(`${posix.dirname(chart.path)}/`));
}

function inOrder(uris: readonly vscode.Uri[]): vscode.Uri[] {
  const once = new Map(uris.map((uri) => [uri.toString(), uri]));
  return [...once.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function isFolder(place: vscode.Uri): Promise<boolean> {
  const { type } = await vscode.workspace.fs.stat(place);
  return (type & vscode.FileType.Directory) !== 0;
}

// As kustomize sees it.
async function savedText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
  } catch {
    return undefined;
  }
}
