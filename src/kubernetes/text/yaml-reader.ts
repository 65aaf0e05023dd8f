import { Document, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { FieldPath } from '../apimachinery/field-path.ts';
import type { YamlChunk } from './yaml-chunks.ts';
import { Composer, scalarOf } from './yaml-composer.ts';
import { keyText } from './yaml-scalars.ts';
import { at, syntaxOf, YamlProblem } from './yaml-syntax.ts';

/** A document and its value. */
export interface YamlReading {
  chunk: YamlChunk;
  document: Document;
  value: unknown;
}

/**
 * Reads one document as kubectl does: scalars, tags, merge keys and aliases mean what they mean to kubectl's library.
 * @throws YamlProblem
 */
export function readYaml(chunk: YamlChunk): YamlReading {
  return located(chunk, () => {
    const directive = /^(?:[ \t]*(?:#.*)?\n)*%/.exec(chunk.text);
    // kubectl splits documents at ---, and a directive alone is no document.
    if (directive)
      throw new YamlProblem(
        'a line that begins with % speaks to readers of YAML, and kubectl is none of them: leave it out',
        directive[0].length - 1,
      );
    const [document = new Document(), second] = syntaxOf(chunk.text);
    if (second)
      throw new YamlProblem('something follows the end of the document: separate documents with ---', second.range[0]);
    return { chunk, document, value: new Composer(document, chunk.text, 'refused').value(document.contents) };
  });
}

function located<T>(chunk: YamlChunk, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new YamlProblem('it is nested too deeply');
    if (error instanceof YamlProblem && error.offset !== undefined) error.line = lineAt(chunk, error.offset);
    throw error;
  }
}

/** A text's first document, whatever follows, and the number of unread ones; the last of duplicate keys wins. */
export function readFirstYaml(text: string): YamlReading & { ignored: number } {
  const chunk = { text: text.replaceAll('\r\n', '\n').replace(/^\uFEFF/, ''), line: 0 };
  return located(chunk, () => {
    const [document, ...ignored] = syntaxOf(chunk.text);
    const value = document ? new Composer(document, chunk.text, 'last wins').value(document.contents) : null;
    return { chunk, document: document ?? new Document(), value, ignored: ignored.length };
  });
}

/** The line of a field, or of its nearest ancestor, and how its value is written. */
export function placeOf(
  { chunk, document }: YamlReading,
  path: FieldPath,
): { line: number; source: string | undefined } {
  let node: unknown = document.contents;
  let offset = at(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => isScalar(key) && keyText(scalarOf(key)) === step);
      offset = at(pair?.key) ?? offset;
      node = pair?.value;
    } else node = isSeq(node) && typeof step === 'number' ? node.items[step] : undefined;
    if (!isMap(node)) offset = at(node) ?? offset;
  }
  return { line: lineAt(chunk, offset), source: isScalar(node) ? node.source : undefined };
}

function lineAt({ text, line }: YamlChunk, offset: number): number {
  return line + text.slice(0, Math.min(offset, text.trimEnd().length)).split('\n').length;
}
