import { isOwned } from './owned-values.ts';
import { lineEnd, matches, type Span } from './spans.ts';
import { bracketEnd } from './value-ends.ts';

/** A leaf of JSON, YAML flow style or a printed Go map, with its key. */
const LEAF =
  /(?:(?:\\{0,8}["'])?([\w./-]{1,128})(?:\\{0,8}["'])?[^\S\n]{0,8}(?:=>|[:=])\s{0,40})?(?:(\\{0,8})"((?:(?!\2")[^"]|(?<=\\)"){0,8192})\2"|'([^'\n]{0,8192})'|([^\s,{}[\]"':\\]{1,4096}))/dg;

/**
 * The values in the brackets at this position, except those under a key that only describes; the rest of the line if
 * the brackets are not closed. `all`: every value is secret, whatever its key.
 */
export function flowValues(text: string, at: number, name: string, all = false): { spans: Span[]; next: number } {
  const end = bracketEnd(text, at);
  if (end === undefined) return { spans: [{ start: at, end: lineEnd(text, at) }], next: lineEnd(text, at) };
  const spans: Span[] = [];
  const content = text.slice(at, end);
  for (const { indices, 1: key } of matches(LEAF, content)) {
    const range = indices?.[3] ?? indices?.[4] ?? indices?.[5];
    if (!range) continue;
    const value = content.slice(...range);
    // A key whose value has brackets of its own.
    if (
      key === undefined &&
      /^\\{0,8}["']?[^\S\n]{0,8}(?:=>|[:=])\s{0,8}[[{"']/.test(content.slice(range[1], range[1] + 20))
    )
      continue;
    if (value === '' || /^(?:true|false|null|map)$/.test(value) || (!all && !isOwned(name, key, value))) continue;
    spans.push({ start: at + range[0], end: at + range[1] });
  }
  return { spans, next: end };
}
