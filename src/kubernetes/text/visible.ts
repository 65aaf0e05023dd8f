// Controls, format characters (bidi, zero-width, tags), separators and spaces other than the plain ones, and what fonts draw as nothing.
const INVISIBLE = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}]`;
const ANY = new RegExp(`(?! )${INVISIBLE}`, 'u');
// A run of backslashes is looked at from its beginning only, or a long one would take its square.
const toFind = (kept: string) =>
  new RegExp(String.raw`(?<!\\)\\+(?=(?!${kept})${INVISIBLE}|u[0-9A-Fa-f{])|(?!${kept})${INVISIBLE}`, 'gu');
const IN_LINE = toFind(' ');
const IN_TEXT = toFind(String.raw`[ \n\t]`);

/** More characters than this in a line, and editors stop drawing it. */
const MAX_LINE = 1_000;
/** Stands where a line was broken that has no break. */
export const CONTINUED = ' ⏎';

/**
 * A line of text in which every character is seen: what has no shape of its own, or changes the order of others, is written
 * as `\u202E`. No two texts look the same: a backslash before what looks like such a notation is doubled.
 */
export function visible(line: string): string {
  return line.replace(IN_LINE, notation);
}

/** The same for a text of several lines, which keeps its line breaks and tabs. */
export function visibleText(text: string): string {
  return text.replace(IN_TEXT, notation);
}

/** True for a text with a character that cannot be seen, or any white space but a blank. */
export function hasInvisible(text: string): boolean {
  return ANY.test(text);
}

/** The text with its longest lines broken, so that no editor leaves a part of one out. */
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
