import { INVISIBLE } from '../apimachinery/invisible.ts';

const ANY = new RegExp(`(?! )[${INVISIBLE}]`, 'u');
// A run of backslashes is matched only from its start: otherwise a long one takes quadratic time.
const toFind = (kept: string) =>
  new RegExp(String.raw`(?<!\\)\\+(?=(?!${kept})[${INVISIBLE}]|u[0-9A-Fa-f{])|(?!${kept})[${INVISIBLE}]`, 'gu');
const IN_LINE = toFind(' ');
const IN_TEXT = toFind(String.raw`[ \n\t]`);

/** Editors stop rendering a line after this many characters. */
const MAX_LINE = 1_000;
/** Marks a line break that is not in the text. */
export const CONTINUED = ' ⏎';

/**
 * A line with every character visible: invisible ones, and those that reorder others, are written as `\u202E`. No two
 * texts look the same: a backslash before text that looks like this notation is doubled.
 */
export function visible(line: string): string {
  return line.replace(IN_LINE, notation);
}

/** As `visible`, for several lines, keeping line breaks and tabs. */
export function visibleText(text: string): string {
  return text.replace(IN_TEXT, notation);
}

/** Does the text contain an invisible character, or white space other than a blank? */
export function hasInvisible(text: string): boolean {
  return ANY.test(text);
}

/** The text with its longest lines broken, so that editors show all of them. */
export function foldedText(text: string): string {
  if (!text.split('\n').some((line) => line.length > MAX_LINE)) return text;
  const pieces = new RegExp(`[^]{1,${MAX_LINE}}`, 'gu');
  return text
    .split('\n')
    .map((line) => (line.length > MAX_LINE ? (line.match(pieces) ?? []).join(`${CONTINUED}\n`) : line))
    .join('\n');
}

function notation(found: string): string {
  if (found.startsWith('\\')) return found + found;
  const hex = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex}`;
}
