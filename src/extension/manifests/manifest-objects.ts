import type * as vscode from 'vscode';
import { SCHEME } from '../common/ids.ts';
import { looksLikeManifest } from '../documents/manifest-text.ts';
import { objectsOf, type TextObject } from '../documents/text-problems.ts';
import type { Span } from '../documents/yaml-positions.ts';

/** Longer texts are not read, in characters. */
const MAX_TEXT_LENGTH = 500_000;

/** Is it a file with Kubernetes objects, rather than an object of the cluster or a text that is shown for comparison? */
export function isManifestFile({ uri, languageId }: vscode.TextDocument): boolean {
  return languageId === 'yaml' && uri.scheme !== SCHEME && !uri.scheme.startsWith(`${SCHEME}-`);
}

/** The objects that a file names; none while it is not valid. */
export async function manifestObjects(text: string): Promise<TextObject[]> {
  if (text.length > MAX_TEXT_LENGTH || !looksLikeManifest(text)) return [];
  // What is wrong is told where it is: here there is nothing to offer.
  const objects = await objectsOf(text).catch(() => []);
  return objects.filter(({ object: { apiVersion, kind, metadata } }) => apiVersion && kind && metadata?.name);
}

/** The part of a text that is the YAML document around an offset. */
export function documentSpan(text: string, offset: number): Span {
  const lines = [...text.matchAll(/^---(?=\s|$).*$/gm)];
  const before = lines.findLast(({ index }) => index <= offset);
  const after = lines.find(({ index }) => index > offset);
  return { start: before ? before.index + before[0].length : 0, end: after?.index ?? text.length };
}
