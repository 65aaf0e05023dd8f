/** A part of a text with a credential. */
export interface Span {
  start: number;
  end: number;
}

/** The spans in order, overlapping ones merged, empty ones removed. */
export function merged(spans: Span[]): Span[] {
  const sorted = spans.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start || b.end - a.end);
  const result: Span[] = [];
  for (const span of sorted) {
    const last = result.at(-1);
    if (!last || span.start >= last.end) result.push({ ...span });
    else last.end = Math.max(last.end, span.end);
  }
  return result;
}

/** The end of the line at this position. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** The start of the line at this position. */
export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** The line from this position on, at most `most` characters. */
export function restOfLine(text: string, at: number, most = 400): string {
  const rest = text.slice(at, at + most);
  const end = rest.indexOf('\n');
  return end < 0 ? rest : rest.slice(0, end);
}

/** The line up to this position, at most `most` characters. */
export function headOfLine(text: string, at: number, most = 120): string {
  const head = text.slice(Math.max(0, at - most), at);
  return head.slice(head.lastIndexOf('\n') + 1);
}

const NONE: readonly RegExpExecArray[] = [];

/** The spans of a part of a text that begins here, in the text. */
export function shifted(spans: readonly Span[], by: number): Span[] {
  return spans.map(({ start, end }) => ({ start: start + by, end: end + by }));
}

/** All matches of a global pattern; cheaper than matchAll for few matches. */
export function matches(pattern: RegExp, text: string): readonly RegExpExecArray[] {
  pattern.lastIndex = 0;
  let match = pattern.exec(text);
  if (!match) return NONE;
  const all: RegExpExecArray[] = [];
  for (; match; match = pattern.exec(text)) {
    all.push(match);
    if (match[0] === '') pattern.lastIndex += 1;
  }
  return all;
}

/**
 * What begins as `begin` does and goes on before the first of `foreign`, both global. One expression for the whole of
 * it would not do: to match millions of characters takes more than V8 has to remember where it may go back to.
 */
export function longRuns(begin: RegExp, foreign: RegExp, text: string): Span[] {
  const runs: Span[] = [];
  begin.lastIndex = 0;
  for (let match = begin.exec(text); match; match = begin.exec(text)) {
    foreign.lastIndex = begin.lastIndex;
    const end = foreign.exec(text)?.index ?? text.length;
    runs.push({ start: match.index, end });
    begin.lastIndex = end;
  }
  return runs;
}

/** What a sticky pattern matches at this position. */
export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
