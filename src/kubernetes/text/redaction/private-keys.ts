import { headOfLine, lineEnd, lineStart, matches, type Span } from './spans.ts';

const MARK =
  /-----(BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?(?:-----)?|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----/g;
/** The maximum number of lines of a key whose first or last line is missing. */
const KEY_LINES = 200;
/** A line of a key, possibly with a logger's prefix. */
const KEY_LINE = /(?:^|[\s"'|>])[A-Za-z0-9+/]{16,}={0,2}[\s"',]*$/;
const LAST_KEY_LINE = /(?:^|[\s"'|>])[A-Za-z0-9+/]{1,76}={0,2}[\s"',]*$/;
const PUTTY = /^Private-(?:Lines|MAC|Hash): ?/gm;

/** Private keys in PEM: whole, cut at either end, or on one line with escaped line ends. */
export function privateKeysIn(text: string): Span[] {
  const spans = text.includes('PRIVATE KEY') ? pemKeys(text) : [];
  if (!text.includes('Private-Lines')) return spans;
  for (const { index } of matches(PUTTY, text)) {
    let end = lineEnd(text, index);
    for (
      let lines = 0;
      lines < KEY_LINES && /^\n[A-Za-z0-9+/=]{4,}(?=\n|$)/.test(text.slice(end, end + 90));
      lines += 1
    )
      end = lineEnd(text, end + 1);
    spans.push({ start: index, end });
  }
  return spans;
}

function pemKeys(text: string): Span[] {
  const spans: Span[] = [];
  let begin: number | undefined;
  let from = 0;
  for (const match of matches(MARK, text)) {
    const end = match.index + match[0].length;
    if (match[1] === 'END') {
      spans.push({ start: begin ?? keyBefore(text, match.index, from), end });
      from = end;
      begin = undefined;
    } else if (begin === undefined) begin = match.index;
  }
  if (begin !== undefined) spans.push({ start: begin, end: afterLines(text, begin, KEY_LINES) });
  return spans;
}

// The text starts inside the key.
function keyBefore(text: string, end: number, from: number): number {
  let start = end;
  let line = end - headOfLine(text, end, end - from).length;
  if (line > from && text.slice(line, end).trim() !== '' && LAST_KEY_LINE.test(text.slice(line, end))) start = line;
  for (let lines = 0; lines < KEY_LINES && line > from; lines += 1) {
    const before = lineStart(text, line - 1);
    if (!(lines === 0 ? LAST_KEY_LINE : KEY_LINE).test(text.slice(before, line - 1))) break;
    start = before;
    line = before;
  }
  return start;
}

function afterLines(text: string, at: number, count: number): number {
  let end = lineEnd(text, at);
  for (let lines = 0; lines < count && end < text.length; lines += 1) end = lineEnd(text, end + 1);
  return end;
}
