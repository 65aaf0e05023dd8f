import { looksRandom } from './credential-values.ts';
import { expressionEnd, templateEnd } from './lookups.ts';
import { lineEnd, matchAt, type Span } from './spans.ts';

/** What may follow a value in a connection string; any other word may belong to the value. */
const NEXT_SETTING =
  'server|host|hostname|hostaddr|address|addr|port|database|dbname|db|initial catalog|user ?(?:id|name)?|uid|data source|driver|encrypt|ssl|sslmode|ssl_?mode|trusted_connection|integrated security|persist security info|(?:connect(?:ion)? )?timeout|command timeout|endpointsuffix|defaultendpointsprotocol|accountname|accountkey|sharedaccesskey(?:name)?|sharedaccesssignature|(?:blob|queue|table|file)endpoint|entitypath|pooling|(?:max|min)(?:imum)? pool size|multipleactiveresultsets|trustservercertificate|application name|charset|allow\\w{1,30}|abort\\w{1,30}|connect\\w{1,20}|syncTimeout|defaultDatabase|scheme|protocol|virtualhost|vhost|account|warehouse|role|schema|hostnameincertificate|deviceid';
const WORD_END = new RegExp(
  String.raw`(?<!\\)\s|\n|&(?=[\w.%-]{1,64}=)|&amp;|%26|[;,](?=\s{0,4}(?:${NEXT_SETTING})\s{0,4}=)|\\{0,64}"(?=[,:;}\])]|$)|\\{0,4}'(?=[,}\])]|$)|(?<![=:\s])<\/(?=[A-Za-z][\w:.-]{0,64}\s{0,4}>)`,
  'gim',
);
const CLOSE_ELEMENT = '</';
/** How far before a value its element may begin, and the most of an element's name, in characters. */
const MAX_ELEMENT = 4_096;
const MAX_ELEMENT_NAME = 65;
const REST_END = /\\{0,64}"(?=[\s,:}\])]|$)|'(?=\s|$)|\n/gm;
/** A scheme is not yet the credential, nor is YAML's anchor or tag. */
const SCHEME = /^(?:bearer|basic|token|digest|negotiate|apikey|aws4-hmac-sha256|&[\w.-]{1,64}|!{1,2}[\w:/.,-]{0,64})$/i;
/** Quotes of typography, and what closes them. */
const TYPED: Readonly<Record<string, string>> = { '“': '”', '„': '“', '‘': '’', '«': '»' };
/** Between the parts of a value: nothing, an escaped quote of a shell, or an operator. */
const JOIN = /(?:\\['"])?(?=[\w"'`])|[^\S\n]{1,4}[+.&][^\S\n]{1,4}(?=["'])/y;
const PART_END = new RegExp(`["'\`]|${WORD_END.source}`, WORD_END.flags);
const MAX_PARTS = 20;
const MAX_LINES = 50;
const MAX_CHARACTERS = 65_536;
/** Maximum number of brackets and quotes examined before the closing one. */
const MAX_STRUCTURE = 400;

/** Start and end of the value at this position, unquoted; `whole`: for headers, whose value is the rest of the line. */
export function valueAt(text: string, at: number, whole = false, most?: number): Span {
  if (most !== undefined) {
    const { start, end } = valueAt(text.slice(at, at + most), 0, whole);
    return { start: at + start, end: at + end };
  }
  const triple = /^(?:"""|''')/.exec(text.slice(at, at + 3))?.[0];
  if (triple !== undefined) {
    const end = text.indexOf(triple, at + 3);
    return { start: at + 3, end: end < 0 || end > at + MAX_CHARACTERS ? lineEnd(text, at) : end };
  }
  const typed = TYPED[text.charAt(at)];
  const typedEnd =
    typed === undefined ? -1 : text.slice(at, Math.min(lineEnd(text, at), at + MAX_ELEMENT)).indexOf(typed);
  if (typedEnd > 0) return { start: at + 1, end: at + typedEnd };
  const quote = /^\\*(["'`])/.exec(text.slice(at, at + 8));
  if (quote) {
    const start = at + quote[0].length;
    // What is between its brackets has quotes of its own.
    const end = templateEnd(text, start);
    if (end !== undefined && text.startsWith(quote[0], end) && holdsLiterals(text.slice(start, end), quote[1] ?? '"'))
      return { start, end };
    const close = closing(text, start, quote[1] ?? '"', quote[0].length - 1);
    // A quote before an operator ends a text.
    const isWhole = quote[0].length > 1 || /[\s+,;:.)\]}]/.test(text.charAt(start));
    return { start, end: isWhole ? close : joinedEnd(text, close, quote[0]) };
  }
  const expression = whole ? undefined : expressionEnd(text, at);
  if (expression !== undefined) return { start: at, end: expression };
  let end = templateEnd(text, at) ?? at;
  for (;;) {
    end = wordEnd(text, end, whole ? REST_END : WORD_END);
    if (!SCHEME.test(text.slice(at, end).trim())) break;
    const next = end + (/^[^\S\n]*/.exec(text.slice(end, end + 40))?.[0].length ?? 0);
    if (next === end || next >= text.length || text.charAt(next) === '\n') break;
    end = next;
  }
  return { start: at, end };
}

/** The end of the last part: of a text with doubled quotes, of a word in a shell, or of texts that an operator joins. */
function joinedEnd(text: string, close: number, quote: string): number {
  let end = close;
  for (let parts = 0; parts < MAX_PARTS && text.startsWith(quote, end); parts += 1) {
    const join = matchAt(JOIN, text, end + 1);
    if (join === undefined) break;
    const next = end + 1 + join.length;
    const isWord = join === '' && /\w/.test(text.charAt(next));
    if (!isWord && !text.startsWith(quote, next)) break;
    const after = isWord ? wordEnd(text, next, PART_END) : closing(text, next + 1, quote, 0);
    // What is not closed on this line was no opening quote.
    if (after > lineEnd(text, next) || (!isWord && !text.startsWith(quote, after))) break;
    end = after;
  }
  return end;
}

/** Are all quotes inside those of literals, with space or brackets around them? */
function holdsLiterals(inner: string, quote: string): boolean {
  const parts = inner.split(quote);
  const isAround = (part: string, index: number) =>
    (index === 0 || /^[\s)|},]/.test(part)) && (index === parts.length - 1 || /[\s(=,]\\*$/.test(part));
  return parts.length % 2 === 1 && parts.every((part, index) => index % 2 === 1 || isAround(part, index));
}

/** The end of a quoted text, which may span lines if it is closed. */
function closing(text: string, from: number, quote: string, escapes: number): number {
  for (
    let index = text.indexOf(quote, from);
    index >= 0 && index - from < MAX_CHARACTERS;
    index = text.indexOf(quote, index + 1)
  ) {
    let backslashes = 0;
    while (text.charAt(index - 1 - backslashes) === '\\' && index - backslashes > from) backslashes += 1;
    if (backslashes > escapes) continue;
    if (spansLines(text, from, index)) break;
    return index - backslashes;
  }
  return lineEnd(text, from);
}

function spansLines(text: string, from: number, to: number): boolean {
  let at = from;
  for (let lines = 0; lines <= MAX_LINES; lines += 1) {
    at = text.indexOf('\n', at) + 1;
    if (at === 0 || at > to) return false;
  }
  return true;
}

function wordEnd(text: string, from: number, stop: RegExp): number {
  stop.lastIndex = from;
  for (let found = stop.exec(text); found; found = stop.exec(text))
    if (found[0] !== CLOSE_ELEMENT || isOpen(text, from, found.index) || looksRandom(text.slice(from, found.index)))
      return found.index;
  return text.length;
}

/** Is the element that closes at `close` open before `from`? What closes none may be part of a value. */
function isOpen(text: string, from: number, close: number): boolean {
  const start = close + CLOSE_ELEMENT.length;
  const open = `<${/^[\w:.-]*/.exec(text.slice(start, start + MAX_ELEMENT_NAME))?.[0] ?? ''}`;
  const before = text.slice(Math.max(0, from - MAX_ELEMENT), from);
  for (let at = before.lastIndexOf(open); at >= 0; at = before.lastIndexOf(open, at - 1)) {
    if (/[\s>]/.test(before.charAt(at + open.length))) return true;
    if (at === 0) return false;
  }
  return false;
}

/** The position after the closing bracket; undefined if there is none, or it is too far away. */
export function bracketEnd(text: string, at: number): number | undefined {
  let depth = 0;
  const most = Math.min(text.length, at + MAX_CHARACTERS);
  // A loop over characters: this is the innermost one for texts of unclosed brackets.
  for (let index = at, count = 0; index < most && count < MAX_STRUCTURE; index += 1) {
    const char = text[index];
    if (char === '"' || char === "'") {
      const escapes = backslashesBefore(text, index);
      const end = closing(text, index + 1, char, escapes) + escapes;
      if (text[end] === char) index = end;
    } else if (char === '{' || char === '[' || char === '(') depth += 1;
    else if (char === '}' || char === ']' || char === ')') {
      depth -= 1;
      if (depth <= 0) return index + 1;
    } else continue;
    count += 1;
  }
  return undefined;
}

function backslashesBefore(text: string, index: number): number {
  let count = 0;
  while (count < 8 && text.charAt(index - 1 - count) === '\\') count += 1;
  return count;
}
