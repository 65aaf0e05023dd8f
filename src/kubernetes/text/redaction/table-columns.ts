import { NAME_HINT, strengthOf } from './credential-names.ts';
import { isKeyName, isSecretName, looksRandom } from './credential-values.ts';
import { hiddenIn } from './hidden-parts.ts';
import { lineEnd, lineStart, type Span, shifted } from './spans.ts';

/** A credential's name with what may follow it in a header. */
const HINT = new RegExp(String.raw`(?:${NAME_HINT})[\w.-]{0,40}(?: [\w.-]{1,40}){0,2}["']?(?:[,;|\t\r\n]| [ |])`, 'g');
/** A header has only names, and no more characters than this. */
const MAX_HEADER = 400;
const MAX_ROWS = 10_000;
const MAX_ROW = 4_096;
const WORD = String.raw`[\p{L}_][\p{L}\p{N}_.-]{0,63}`;
const NAME = String.raw`${WORD}(?: [\p{L}\p{N}_.-]{1,64}){0,3}`;
const NAMES = {
  ',': headerOf(',', ',{0,9}'),
  ';': headerOf(';', ';{0,9}'),
  '\t': headerOf(String.raw`\t{1,4}`, ''),
  '|': new RegExp(
    String.raw`^[^\S\n]{0,40}\|?[^\S\n]{0,80}${NAME}[^\S\n]{0,80}(?:\|[^\S\n]{0,80}${NAME}[^\S\n]{0,80})+\|?[^\S\n]{0,8}$`,
    'u',
  ),
  ' ': new RegExp(String.raw`^[^\S\n]{0,40}${NAME}(?: {2,80}${NAME})+[^\S\n]{0,80}$`, 'u'),
} as const;
type Separator = keyof typeof NAMES;
/** A cell and what follows it. */
const CELLS: Record<Separator, RegExp> = {
  ',': /("(?:[^"\n]|"")*"|[^,\n]*)(,|$)/dy,
  ';': /("(?:[^"\n]|"")*"|[^;\n]*)(;|$)/dy,
  '\t': /([^\t\n]*)(\t+|$)/dy,
  '|': /([^|\n]*)(\||$)/dy,
  ' ': /(?:^ *)?(\S+(?: \S+)*)( {2,}|$)/dy,
};
/** A name of several words begins with a capital letter, and has none that join words: `User name,Secret access key`. */
const OF_SENTENCE = /^[^\p{Lu}].* | (?:an?|for|i[fns]|of|the|to) /u;
/** The line between a header and its rows, or around both. */
const RULE = /^[-+|=:\s]+$/;

function headerOf(separator: string, end: string): RegExp {
  const cell = `["']?${NAME}["']?`;
  return new RegExp(String.raw`^[^\S\n]{0,40}${cell}(?:${separator}${cell})+${end}\r?$`, 'u');
}

/** The credentials in the rows of a table (CSV, `psql`, `mysql`), whose header names what is in its columns. */
export function tableColumnsIn(text: string): Span[] {
  const spans: Span[] = [];
  HINT.lastIndex = 0;
  for (let found = HINT.exec(text); found; found = HINT.exec(text)) {
    const line = { start: lineStart(text, found.index), end: lineEnd(text, found.index) };
    const next = rowsBelow(text, line, spans);
    HINT.lastIndex = Math.max(next, HINT.lastIndex);
  }
  return spans;
}

/** Adds what is secret below this line if it is a header; returns where its table ends, or the line. */
function rowsBelow(text: string, line: Span, spans: Span[]): number {
  if (line.end - line.start > MAX_HEADER || line.end === text.length) return line.end;
  const header = text.slice(line.start, line.end);
  const separator = (Object.keys(NAMES) as Separator[]).find((one) => NAMES[one].test(header));
  if (separator === undefined) return line.end;
  const names = cellsOf(header, separator).map(({ start, end }) => header.slice(start, end));
  if (separator !== ' ' && names.some((name) => OF_SENTENCE.test(name)) && !/["']/.test(header)) return line.end;
  const secret = names.map((name) => ({ name, strength: isObject(name, separator) ? 'none' : strengthOf(name) }));
  if (secret.every(({ strength }) => strength === 'none')) return line.end;
  const above = text.slice(lineStart(text, Math.max(0, line.start - 1)), Math.max(0, line.start - 1));
  if (isAligned(separator) && above.trim() !== '' && cellsOf(above, separator).length === names.length) return line.end;
  let { end } = line;
  for (let rows = 0; rows < MAX_ROWS && end < text.length; rows += 1) {
    const start = end + 1;
    const rowEnd = lineEnd(text, start);
    const row = text.slice(start, Math.min(rowEnd, start + MAX_ROW));
    if (!RULE.test(row)) {
      const cells = cellsOf(row, separator);
      // Nobody quotes every separator in a value.
      if (isAligned(separator) ? cells.length !== names.length : cells.length < names.length) break;
      for (const [index, cell] of cells.entries()) {
        const { name = '', strength = 'none' } = secret[index] ?? {};
        const value = row.slice(cell.start, cell.end);
        if (isAligned(separator) && namesSecret(name, value)) continue;
        spans.push(...shifted(hiddenIn(name, value, strength), start + cell.start));
      }
    } else if (row.trim() === '') break;
    end = rowEnd;
  }
  return end;
}

/** Tables of kubectl, and ours, have rows of names and words as a header has, and the header is above all of them. */
function isAligned(separator: Separator): boolean {
  return separator === ' ' || separator === '\t';
}

/** In such a row, a kind or the name of an object. */
function isObject(name: string, separator: Separator): boolean {
  if (separator === ',' || separator === ';') return false;
  return /^Secrets?$/.test(name) || (isAligned(separator) && /^secrets$|[a-z0-9]-/.test(name));
}

/** Is the value a Secret's name? They may be generated where kubectl, or a table like its, heads the column. */
function namesSecret(column: string, value: string): boolean {
  if (/^(?:[A-Z]+ )?(?:SECRETS?|SECRET ?NAMES?|CREDENTIALS?)$/.test(column)) return isSecretName(value);
  return column === 'secret' && isKeyName(value) && !looksRandom(value);
}

/** The cells of a row, without the space and quotes around them. */
function cellsOf(row: string, separator: Separator): Span[] {
  const line = separator === ' ' ? row.trimEnd() : row;
  const cells: Span[] = [];
  const pattern = CELLS[separator];
  pattern.lastIndex = 0;
  for (let found = pattern.exec(line); found; found = found[2] === '' ? null : pattern.exec(line)) {
    const [from = 0, to = 0] = found.indices?.[1] ?? [];
    const cell = line.slice(from, to).trimEnd();
    const start = from + (/^\s*["']?/.exec(cell)?.[0].length ?? 0);
    cells.push({ start, end: Math.max(start, from + cell.length - (/["']$/.test(cell) ? 1 : 0)) });
  }
  // A frame has nothing outside of it.
  const framed = separator === '|' && /^\s*\|/.test(line);
  return framed ? cells.slice(1, line.trimEnd().endsWith('|') ? -1 : undefined) : cells;
}
