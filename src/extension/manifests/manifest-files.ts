import { posix } from 'node:path';
import * as vscode from 'vscode';

const PATTERN = '**/*.{yaml,yml}';
const EXCLUDED = '**/{node_modules,.git,.venv,vendor}/**';
/** The most files that are found below a folder. */
const MAX_FILES = 500;
/** What belongs to a chart is made into objects by Helm. */
const CHART = 'Chart.yaml';

/** The YAML files among these files and folders, but for those of charts; in order, each once. */
export async function yamlFiles(places: readonly vscode.Uri[]): Promise<vscode.Uri[]> {
  const found = await Promise.all(places.map(async (place) => ((await isFolder(place)) ? filesBelow(place) : [place])));
  const files = new Map(found.flat().map((file) => [file.toString(), file]));
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Charts below a folder, as their Chart.yaml. */
export async function chartsBelow(folder: vscode.Uri): Promise<vscode.Uri[]> {
  return vscode.workspace.findFiles(new vscode.RelativePattern(folder, `**/${CHART}`), EXCLUDED, MAX_FILES);
}

async function filesBelow(folder: vscode.Uri): Promise<vscode.Uri[]> {
  const [files, charts] = await Promise.all([
    vscode.workspace.findFiles(new vscode.RelativePattern(folder, PATTERN), EXCLUDED, MAX_FILES),
    chartsBelow(folder),
  ]);
  const folders = charts.map(({ path }) => `${posix.dirname(path)}/`);
  return files.filter(({ path }) => !folders.some((one) => path.startsWith(one)));
}

async function isFolder(place: vscode.Uri): Promise<boolean> {
  const { type } = await vscode.workspace.fs.stat(place);
  return (type & vscode.FileType.Directory) !== 0;
}
