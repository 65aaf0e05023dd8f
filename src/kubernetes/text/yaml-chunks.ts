import { UserError } from '../apimachinery/errors.ts';

/** One document of a text, and the number of lines before it. */
export interface YamlChunk {
  text: string;
  line: number;
}

/**
 * The documents of a text, split as kubectl does: at each line that begins with `---`, wherever it stands; JSON objects
 * may also follow each other. Line ends become LF.
 * @throws UserError for a separator with something after it, which kubectl refuses too.
 */
export function yamlChunks(text: string): YamlChunk[] {
  const chunks: YamlChunk[] = [];
  let lines: string[] = [];
  let start = 0;
  const all = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  const finish = (next: number) => {
    const chunk = `${lines.join('\n').replace(/^\uFEFF/, '')}\n`;
    if (chunk.trim() !== '') chunks.push(...(jsonObjects(chunk, start) ?? [{ text: chunk, line: start }]));
    lines = [];
    start = next;
  };
  for (const [index, line] of all.entries()) {
    if (!line.startsWith('---')) {
      lines.push(line);
      continue;
    }
    const rest = line.slice(3).trim();
    if (rest !== '' && !rest.startsWith('#')) {
      const what = rest.length > 40 ? `${rest.slice(0, 40)}…` : rest;
      throw new UserError(
        `Line ${index + 1} begins with "---", which separates documents, and goes on with "${what}": begin a new line behind it.`,
      );
    }
    finish(index + 1);
  }
  finish(all.length);
  return chunks;
}

/** Several JSON objects in a row, as `kubectl get -o json` prints them; undefined for anything else. */
function jsonObjects(text: string, line: number): YamlChunk[] | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  const objects: YamlChunk[] = [];
  let depth = 0;
  let start = 0;
  // Matches whole strings, and braces.
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === '{') depth += 1;
    if (token !== '}') continue;
    depth -= 1;
    if (depth > 0) continue;
    objects.push({ text: text.slice(start, index + 1), line: line + (text.slice(0, start).split('\n').length - 1) });
    start = index + 1;
  }
  if (objects.length < 2 || text.slice(start).trim() !== '') return undefined;
  return objects.every(({ text: object }) => isJson(object)) ? objects : undefined;
}

/** Is the text JSON? */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
