/** A text as somebody may read it, with the start and end of each character in the original. */
export interface TextView {
  text: string;
  /** Undefined for the original itself. */
  places: { starts: Int32Array; ends: Int32Array } | undefined;
}

/** Bounds escapes within escapes, so that no text makes this slow. */
const MAX_VIEWS = 8;
const SHORT_ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07' };
/** JSON, YAML, Go, JavaScript, C. */
const ESCAPE =
  /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{3})|\r?\n[ \t]*|([\s\S]))/g;
const PERCENT = /%[0-7][0-9a-fA-F]|(?:%[89a-fA-F][0-9a-fA-F])+/g;
const FORM = /%[0-7][0-9a-fA-F]|(?:%[89a-fA-F][0-9a-fA-F])+|\+/g;
/** A line end with the indentation or diff sign that a document adds after it. */
const LINE_END = /(?:(?<![ \t])[ \t]+)?\r?\n(?:[-+ ](?=[ \t]))?[ \t]*/g;
const DOUBLED_QUOTE = /''/g;

const DECODERS: readonly [RegExp, (match: RegExpMatchArray) => string][] = [
  [ESCAPE, escaped],
  [PERCENT, percent],
  [FORM, ([whole]) => (whole === '+' ? ' ' : percent([whole]))],
  [DOUBLED_QUOTE, () => "'"],
];

/** The text itself, and its content with escapes undone: backslashes, percent signs, doubled quotes, indented lines. */
export function viewsOf(text: string): TextView[] {
  const views: TextView[] = [{ text, places: undefined }];
  for (const view of views) {
    for (const [pattern, decode] of DECODERS) {
      const decoded = views.length < MAX_VIEWS ? decodedView(view, pattern, decode) : undefined;
      if (decoded && !views.some((other) => other.text === decoded.text)) views.push(decoded);
    }
  }
  return [
    ...views,
    ...views.slice(0, 2).flatMap((view) => decodedView(view, LINE_END, (match) => withoutIndentation(match[0])) ?? []),
  ];
}

/** The text without indentation. */
export function withoutIndentation(text: string): string {
  return text.replace(LINE_END, '\n');
}

function escaped([, braced, unicode, long, hex, octal, character = '']: RegExpMatchArray): string {
  const code = braced ?? unicode ?? long ?? hex;
  if (code !== undefined) return codePoint(Number.parseInt(code, 16));
  if (octal !== undefined) return codePoint(Number.parseInt(octal, 8));
  return SHORT_ESCAPES[character] ?? character;
}

export function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

function percent([whole]: readonly string[]): string {
  return Buffer.from((whole ?? '').replaceAll('%', ''), 'hex').toString('utf8');
}

/** A view with at least one thing decoded. */
export interface DecodedView extends TextView {
  places: NonNullable<TextView['places']>;
}

/** The view with each match decoded; undefined if there is nothing to decode. */
export function decodedView(
  view: TextView,
  pattern: RegExp,
  decode: (match: RegExpMatchArray) => string,
): DecodedView | undefined {
  const matches = [...view.text.matchAll(pattern)];
  if (matches.length === 0) return undefined;
  const starts = new Int32Array(view.text.length);
  const ends = new Int32Array(view.text.length);
  const pieces: string[] = [];
  let length = 0;
  let from = 0;
  const put = (piece: string, start: number, end: number, each: boolean) => {
    for (let index = 0; index < piece.length; index += 1) {
      starts[length] = startOf(view, each ? start + index : start);
      ends[length] = endOf(view, each ? start + index : end - 1);
      length += 1;
    }
    pieces.push(piece);
  };
  for (const match of matches) {
    const end = match.index + match[0].length;
    put(view.text.slice(from, match.index), from, match.index, true);
    put(decode(match), match.index, end, false);
    from = end;
  }
  put(view.text.slice(from), from, view.text.length, true);
  return { text: pieces.join(''), places: { starts, ends } };
}

/** Where the view's character begins in the original. */
export function startOf({ places }: TextView, index: number): number {
  return places ? (places.starts[index] ?? 0) : index;
}

/** Where the view's character ends in the original. */
export function endOf({ places }: TextView, index: number): number {
  return places ? (places.ends[index] ?? 0) : index + 1;
}
