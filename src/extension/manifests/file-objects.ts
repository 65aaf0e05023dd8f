import * as vscode from 'vscode';
import { knownBefore } from './known-states.ts';
import type { ManifestFileNode, ManifestObjectNode } from './manifest-nodes.ts';
import { documentSpan, manifestObjects } from './manifest-objects.ts';

/** The objects of a file as it is now; those known before keep their state until it is looked up again. */
export async function readObjects(file: ManifestFileNode): Promise<ManifestObjectNode[]> {
  const { uri } = file;
  const text = await textOf(uri);
  const found = await manifestObjects(text);
  const knownOf = knownBefore(file.objects);
  const lines = lineStarts(text);
  return found.map(({ object, spanOf }) => {
    const { start, end } = documentSpan(text, spanOf([]).start);
    const range = new vscode.Range(positionAt(lines, start), positionAt(lines, end));
    return { type: 'object', uri, range, parent: file, object, ...knownOf(object) };
  });
}

/** The text of a file, as it is edited now. */
async function textOf(uri: vscode.Uri): Promise<string> {
  const key = uri.toString();
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
  return open?.getText() ?? Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

function positionAt(starts: readonly number[], offset: number): vscode.Position {
  const line = starts.findLastIndex((start) => start <= offset);
  return new vscode.Position(line, offset - (starts[line] ?? 0));
}
