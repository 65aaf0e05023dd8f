/** One of the theme's 16 colours by number, or any other as CSS has it. */
export type Color = number | string;

/** How a terminal would draw text. */
export interface Style {
  color?: Color;
  background?: Color;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
  strike?: true;
  inverse?: true;
}

export interface Span {
  text: string;
  style: Style;
}

const PLAIN: Style = {};
const [TAB, BELL, ESCAPE, CSI, ST] = [0x09, 0x07, 0x1b, 0x9b, 0x9c];
/** The strings of a terminal, which are no text: commands to the system, the device, the application. */
const STRING_BEGINNINGS = 'P]X^_';
const C1_STRINGS = [0x90, 0x98, 0x9d, 0x9e, 0x9f];
/** Beyond what any program writes. */
const MAX_PARAMETERS = 64;

/** A line of a log in the styles that its SGR sequences ask for; all other control characters are dropped. */
export function spansOf(line: string): Span[] {
  const spans: Span[] = [];
  let style = PLAIN;
  let start = 0;
  const add = (end: number) => {
    const last = spans.at(-1);
    if (end === start) return;
    if (last?.style === style) last.text += line.slice(start, end);
    else spans.push({ text: line.slice(start, end), style });
  };
  for (let at = 0; at < line.length; ) {
    if (!isControl(line.charCodeAt(at))) {
      at += 1;
      continue;
    }
    add(at);
    start = endOfSequence(line, at);
    const parameters = sgrParameters(line.slice(at, start));
    if (parameters) style = restyled(style, parameters);
    at = start;
  }
  add(line.length);
  return spans;
}

/** The same without styles. */
export function plainText(line: string): string {
  for (let at = 0; at < line.length; at += 1)
    if (isControl(line.charCodeAt(at)))
      return spansOf(line)
        .map(({ text }) => text)
        .join('');
  return line;
}

function isControl(code: number): boolean {
  return (code < 0x20 && code !== TAB) || (code >= 0x7f && code <= 0x9f);
}

/** Where the control sequence or character that begins at `at` ends. */
function endOfSequence(line: string, at: number): number {
  const code = line.charCodeAt(at);
  if (code === CSI) return endOfParameters(line, at + 1);
  if (C1_STRINGS.includes(code)) return endOfString(line, at + 1);
  if (code !== ESCAPE) return at + 1;
  const next = line[at + 1] ?? '';
  if (next === '[') return endOfParameters(line, at + 2);
  if (next !== '' && STRING_BEGINNINGS.includes(next)) return endOfString(line, at + 2);
  const end = skip(line, at + 1, 0x20, 0x2f);
  return isBetween(line, end, 0x30, 0x7e) ? end + 1 : end;
}

function endOfParameters(line: string, at: number): number {
  const end = skip(line, skip(line, at, 0x30, 0x3f), 0x20, 0x2f);
  return isBetween(line, end, 0x40, 0x7e) ? end + 1 : end;
}

/** A string without an end is text: a log must not be able to hide its own rest. */
function endOfString(line: string, at: number): number {
  for (let end = at; end < line.length; end += 1) {
    const code = line.charCodeAt(end);
    if (code === BELL || code === ST) return end + 1;
    if (code === ESCAPE && line[end + 1] === '\\') return end + 2;
    if (isControl(code)) return at;
  }
  return at;
}

function skip(line: string, at: number, least: number, most: number): number {
  let end = at;
  while (isBetween(line, end, least, most)) end += 1;
  return end;
}

function isBetween(line: string, at: number, least: number, most: number): boolean {
  const code = line.charCodeAt(at);
  return code >= least && code <= most;
}

/** The parameters of a sequence that selects a graphic rendition, each with its own ones; undefined for others. */
function sgrParameters(sequence: string): number[][] | undefined {
  const begin = sequence.startsWith('\u001b[') ? 2 : sequence.charCodeAt(0) === CSI ? 1 : 0;
  const inner = sequence.slice(begin, -1);
  if (begin === 0 || !sequence.endsWith('m') || !/^[\d;:]*$/.test(inner)) return undefined;
  return inner
    .split(';', MAX_PARAMETERS)
    .map((parameter) => parameter.split(':', MAX_PARAMETERS).map((number) => Number(number || 0)));
}

function restyled(before: Style, parameters: readonly number[][]): Style {
  const style = { ...before };
  for (let index = 0; index < parameters.length; index += 1) {
    const [code = 0, ...own] = parameters[index] ?? [];
    if (code === 38 || code === 48) {
      // The newer form has the colour in the parameter itself, the common one in those that follow.
      const rest = own.length > 0 ? own : parameters.slice(index + 1, index + 5).map(([first = 0]) => first);
      const { color, length } = extendedColor(rest);
      if (own.length === 0) index += length;
      if (color !== undefined) style[code === 38 ? 'color' : 'background'] = color;
    } else applySimple(style, code, own[0]);
  }
  return Object.keys(style).length === 0 ? PLAIN : style;
}

function applySimple(style: Style, code: number, variant: number | undefined): void {
  if (code === 0) for (const name of Object.keys(style) as (keyof Style)[]) delete style[name];
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 3) style.italic = true;
  else if (code === 4 && variant !== 0) style.underline = true;
  else if (code === 7) style.inverse = true;
  else if (code === 9) style.strike = true;
  else if (code === 22) {
    delete style.bold;
    delete style.dim;
  } else if (code === 23) delete style.italic;
  else if (code === 24 || code === 4) delete style.underline;
  else if (code === 27) delete style.inverse;
  else if (code === 29) delete style.strike;
  else if (code === 39) delete style.color;
  else if (code === 49) delete style.background;
  else if (code >= 30 && code <= 37) style.color = code - 30;
  else if (code >= 40 && code <= 47) style.background = code - 40;
  else if (code >= 90 && code <= 97) style.color = code - 90 + 8;
  else if (code >= 100 && code <= 107) style.background = code - 100 + 8;
}

/** The colour after 38 or 48, and how many parameters it takes. */
function extendedColor([form, ...rest]: readonly number[]): { color?: Color; length: number } {
  if (form === 5) return { color: indexedColor(rest[0] ?? 0), length: 2 };
  if (form !== 2) return { length: 1 };
  // Between colons a colour space comes first.
  const [red = 0, green = 0, blue = 0] = rest.length > 3 ? rest.slice(-3) : rest;
  return { color: cssColor([red, green, blue]), length: 4 };
}

function indexedColor(index: number): Color | undefined {
  if (index < 16) return index;
  if (index > 255) return undefined;
  if (index >= 232) return cssColor([0, 0, 0].map(() => 8 + (index - 232) * 10));
  const level = (place: number) => (place === 0 ? 0 : 55 + place * 40);
  const place = index - 16;
  return cssColor([Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map(level));
}

function cssColor(parts: readonly number[]): string {
  return `rgb(${parts.map((part) => Math.min(255, part)).join(' ')})`;
}
