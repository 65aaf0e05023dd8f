import { isHarmless } from './credential-values.ts';
import { blockLines, indentOf, keyColumn } from './following-lines.ts';
import { lineEnd, lineStart, matches, type Span } from './spans.ts';
import { bracketEnd } from './value-ends.ts';

/** Every list has one of these. */
const HINT = /LoginModule|chpasswd|" "/;
/** The options of a module, to its semicolon: `user_alice="…"`. */
const MODULE = /LoginModule\b[^;{}]{1,4096}/g;
const OPTION = /\buser_[\w.@-]{1,64}[^\S\n]{0,4}=[^\S\n]{0,4}(\\{0,8}["'])([^"'\\\n]{1,256})\1/dg;
/** cloud-init: the list is a text, a sequence, or a flow. */
const CHANGES = /\bchpasswd["']?:[^\S\n]{0,4}(?:\{[^\S\n]{0,4}|\r?\n[^\S\n]{1,20})["']?list["']?:[^\S\n]{0,4}/g;
const ACCOUNT = /(?<![^\s"',[-])[a-z_][\w.@-]{0,63}:([^\s"',\]}]{1,256})/dg;
/** A password that is made on the machine. */
const MADE = /^(?:R|RANDOM)$/;
/** PgBouncer: `"app" "…"`. */
const LINE = /^[^\S\n]{0,40}"[A-Za-z_][\w.@-]{0,63}" "((?=[^"\n]{0,511}[^A-Za-z"\n])[^"\s]{1,512})"[^\S\n]{0,8}$/dgm;

/** Has the text what such a list has? */
export function mayListAccounts(text: string): boolean {
  return HINT.test(text);
}

/** The passwords in lists of accounts, which no name precedes. */
export function passwordsInAccountLists(text: string): Span[] {
  if (!mayListAccounts(text)) return [];
  const spans = matches(LINE, text).map(({ indices }) => spanOf(indices?.[1]));
  for (const { 0: options, index } of matches(MODULE, text))
    for (const { indices } of matches(OPTION, options)) spans.push(spanOf(indices?.[2], index));
  let end = 0;
  for (const { 0: head, index } of matches(CHANGES, text)) {
    if (index < end) continue;
    const list = listAt(text, index + head.length);
    for (const { indices, 1: password = '' } of matches(ACCOUNT, text.slice(list.start, list.end)))
      if (!MADE.test(password) && !isHarmless(password)) spans.push(spanOf(indices?.[1], list.start));
    end = list.end;
  }
  return spans;
}

function spanOf([start, end]: readonly [number, number] = [0, 0], by = 0): Span {
  return { start: start + by, end: end + by };
}

function listAt(text: string, at: number): Span {
  const line = lineEnd(text, at);
  if (text.charAt(at) === '[') return { start: at, end: bracketEnd(text, at) ?? line };
  if (!/^[|>]?[-+\d]{0,2}\s*$/.test(text.slice(at, line))) return { start: at, end: line };
  // The items of a sequence may be as deep as its key.
  const own = keyColumn(text, lineStart(text, at));
  const depth = /^[^\S\n]*-/.test(text.slice(line + 1, line + 80)) ? indentOf(text, line + 1) - 1 : own;
  return { start: line, end: blockLines(text, line, depth).next };
}
