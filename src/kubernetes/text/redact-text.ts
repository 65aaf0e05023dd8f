/** What stands where a credential stood. */
const MARKER = '<redacted>';

/** The most lines that a private key without its first or last line may have. */
const KEY_LINES = 200;
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/;
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY/;
/** A line of a key, possibly after what a logger puts in front. */
const KEY_LINE = /(?:^|[\s"'])[A-Za-z0-9+/]{16,}={0,2}[\s"',]*$/;
const LAST_KEY_LINE = /(?:^|[\s"'])[A-Za-z0-9+/]{1,76}={0,2}[\s"',]*$/;
/** What only a key or another long encoded value looks like: a whole line of base64 that is no hexadecimal checksum. */
const ENCODED_LINE = /^\s*(?![0-9a-fA-F]+\s*$)[A-Za-z0-9+/]{60,}={0,2}\s*$/;

// Every pattern is bounded or cannot match inside its own repetition, so that no text makes it slow.
const URL_REST = /:\/\/[^\s"']+/g;
/** The user and the colon of `user:password@`; a host with its port is none. */
const LOGIN = /:\/\/[^/?#:@]{0,256}:(?!\d{1,5}(?:[/?#]|$))/y;
const BEARER =
  /\b(bearer|basic)(\s{1,8})(?!(?:tokens?|auth|authentication|authorization|scheme|realm|error|is|and|or|not|for)(?:[\s:,;="']|$))[^\s"'\\]{6,}/gi;
const JWT = /\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g;
const KNOWN_TOKEN =
  /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|sk-[\w-]{20,}|npm_\w{30,}|dop_v1_\w{30,})/g;

/** The name of a credential with the sign that its value follows; `--password value` needs no sign. */
const NAMED =
  /(?:(?<![\w-])(--?)[\w-]{0,40}?)?(?:passw(?:or)?d|passphrase|passwd|pwd|secret|token|credentials?|authorization|cookie|(?:api|access|private|signing|encryption|auth|account|storage|shared|master|session|license)[-_. ]?key|[-_]key)([\w.-]{0,64})(?:\\{0,4}["'`\]]){0,2}(\s{0,8}(?:=>|:=|==?|:)\s{0,8}|\s{1,8})/gi;
/** Names that only speak of a credential: `secretName`, `token_file`. */
const HARMLESS_SUFFIX =
  /(?:^|[-_.])(?:names?|refs?|files?|paths?|types?|ttl|expiry|expiration\w*|expires\w*|seconds|count|length)$/i;
const HARMLESS_VALUE = /^(?:true|false|null|nil|none|undefined)[,;.)]?$/i;
/** What `tokens=` of a language model holds. */
const COUNT = /^[\d.]{1,12}[,;]?$/;
const WHOLE_REST = /(?:authorization|cookie)$/i;

/**
 * The text with what looks like a credential replaced by a marker: passwords in URLs, `password=…` and its like, bearer
 * tokens, JWTs, tokens of known services, PEM private keys. Where it cannot tell, it hides. Lines stay lines.
 */
export function redactText(text: string): string {
  const lines = text.split('\n');
  hideKeys(lines);
  return lines.map(redactLine).join('\n');
}

function redactLine(line: string): string {
  if (ENCODED_LINE.test(line)) return MARKER;
  return redactNamed(line.replace(URL_REST, redactLogin))
    .replace(BEARER, `$1$2${MARKER}`)
    .replace(JWT, MARKER)
    .replace(KNOWN_TOKEN, MARKER);
}

function redactLogin(url: string): string {
  const at = url.lastIndexOf('@');
  for (let start = 0; start >= 0 && start < at; start = url.indexOf('://', start + 3)) {
    LOGIN.lastIndex = start;
    if (LOGIN.test(url) && LOGIN.lastIndex <= at) return `${url.slice(0, start)}://${MARKER}${url.slice(at)}`;
  }
  return url;
}

function hideKeys(lines: string[]): void {
  let hidden = 0;
  for (const [index, line] of lines.entries()) {
    const begins = KEY_BEGIN.exec(line);
    const ends = KEY_END.exec(line);
    if (begins) {
      // The whole key may stand in one line, its line ends escaped.
      const tail = ends && ends.index > begins.index ? line.slice(ends.index).replace(/^.*?KEY(?:-----)?/, '') : '';
      hidden = ends && ends.index > begins.index ? 0 : KEY_LINES;
      lines[index] = `${line.slice(0, begins.index)}${MARKER}${tail}`;
    } else if (ends) {
      if (hidden === 0) hideBefore(lines, index);
      hidden = 0;
      lines[index] = MARKER;
    } else if (hidden > 0) {
      hidden -= 1;
      lines[index] = MARKER;
    }
  }
}

// The text starts inside the key.
function hideBefore(lines: string[], end: number): void {
  for (let index = end - 1; index >= Math.max(0, end - KEY_LINES); index -= 1) {
    if (!(index === end - 1 ? LAST_KEY_LINE : KEY_LINE).test(lines[index] ?? '')) return;
    lines[index] = MARKER;
  }
}

function redactNamed(line: string): string {
  let result = '';
  let from = 0;
  NAMED.lastIndex = 0;
  for (let match = NAMED.exec(line); match; match = NAMED.exec(line)) {
    const start = match.index + match[0].length;
    const [, flag, suffix = '', sign = ''] = match;
    if ((sign.trim() === '' && !flag) || HARMLESS_SUFFIX.test(suffix)) {
      NAMED.lastIndex = Math.max(start - 1, match.index + 1);
      continue;
    }
    const name = match[0].slice(0, match[0].length - sign.length).replace(/[\\"'`\]]+$/, '');
    const value = valueAt(line, start, WHOLE_REST.test(name));
    NAMED.lastIndex = Math.max(value.end, start);
    const text = line.slice(value.start, value.end);
    if (text === '' || HARMLESS_VALUE.test(text) || (suffix === 's' && COUNT.test(text))) continue;
    result += line.slice(from, value.start) + MARKER;
    from = value.end;
  }
  return result + line.slice(from);
}

/** Where the value at this place starts and ends, quotes left out. */
function valueAt(line: string, at: number, wholeRest: boolean): { start: number; end: number } {
  const quote = /^\\*(["'`])/.exec(line.slice(at, at + 8));
  if (quote) {
    const start = at + quote[0].length;
    return { start, end: closing(line, start, quote[1] ?? '"', quote[0].length - 1) };
  }
  // What is in brackets has no end that could be told in one line.
  if (/[{[]/.test(line.charAt(at))) return { start: at, end: line.length };
  let end = at;
  for (;;) {
    end = wordEnd(line, end, wholeRest);
    // A scheme is not yet the credential.
    if (!/^(?:bearer|basic|token|digest|negotiate|aws4-hmac-sha256)$/i.test(line.slice(at, end).trim())) break;
    const next = end + (/^\s*/.exec(line.slice(end))?.[0].length ?? 0);
    if (next === end || next >= line.length) break;
    end = next;
  }
  return { start: at, end };
}

function closing(line: string, from: number, quote: string, escapes: number): number {
  for (let index = line.indexOf(quote, from); index >= 0; index = line.indexOf(quote, index + 1)) {
    let backslashes = 0;
    while (line.charAt(index - 1 - backslashes) === '\\' && index - backslashes > from) backslashes += 1;
    if (backslashes === escapes) return index - escapes;
  }
  return line.length;
}

/** The end of an unquoted value: white space, the next parameter of a query, or the end of a string around it. */
function wordEnd(line: string, from: number, wholeRest: boolean): number {
  const stop = wholeRest ? /\\{0,64}"(?=[\s,:}\])]|$)|'(?=\s|$)/g : /\s|&(?=[\w.-]{1,64}=)|\\{0,64}"(?=[,:}\]]|$)/g;
  stop.lastIndex = from;
  return stop.exec(line)?.index ?? line.length;
}
