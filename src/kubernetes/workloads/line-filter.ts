import type { RE2JS } from 're2js';
import { messageOf, UserError } from '../apimachinery/errors.ts';
import type { LogLine } from './log-line.ts';

/** The matching lines, and how far back the search went. */
export interface Matches {
  lines: LogLine[];
  /** The number of lines searched, from the newest back. */
  searched: number;
  oldest: LogLine | undefined;
}

/** Searches lines from the newest back, until `enough` match. */
export type LineFilter = (lines: readonly LogLine[], enough: number) => Matches;

/** Maximum time of all searches of one filter together, in milliseconds. */
const MAX_SEARCH_MS = 2_000;
const MAX_PATTERN_LENGTH = 1_000;

/**
 * Finds lines by an RE2 pattern, in time linear in the text; newest lines first, until there are enough.
 * @throws UserError for an invalid pattern.
 */
export async function lineFilter(pattern: string): Promise<LineFilter> {
  if (pattern.length > MAX_PATTERN_LENGTH) throw new UserError(`grep takes at most ${MAX_PATTERN_LENGTH} characters.`);
  let expression: RE2JS;
  try {
    expression = await compilePattern(pattern);
  } catch (error) {
    throw new UserError(
      `grep is not a regular expression of RE2: ${messageOf(error)}. It knows no look-around and no back-references; (?i) ignores case, \\Q…\\E quotes.`,
    );
  }
  let left = MAX_SEARCH_MS;
  return (lines, enough) => {
    const begin = performance.now();
    const found: LogLine[] = [];
    let at = lines.length;
    while (at > 0 && found.length < enough && performance.now() - begin < left) {
      at -= 1;
      const line = lines[at];
      if (line && expression.test(line.text)) found.push(line);
    }
    left -= performance.now() - begin;
    return { lines: found.reverse(), searched: lines.length - at, oldest: lines[at] };
  };
}

/** A pattern of RE2, which searches in time linear in the text. @throws what RE2 says about an invalid one. */
export async function compilePattern(pattern: string): Promise<RE2JS> {
  // Loaded with the first search: it costs more than most calls.
  const { RE2JS } = await import('re2js');
  return RE2JS.compile(pattern);
}
