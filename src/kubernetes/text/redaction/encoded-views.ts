import { plainText } from './plain-text.ts';
import { codePoint, type DecodedView, decodedView } from './text-views.ts';

/** How many encodings may lie on top of each other. */
const MAX_LAYERS = 3;
/** Cheap: hardly any text has one of these. */
const ENCODED = /%[2-7][0-9a-fA-F]|&(?:#|quot;|apos;|amp;|lt;|gt;)|\\(?:[/uUx]|\r?\n)/;
/**
 * A URL's, HTML's, JSON's and Go's ways to write a character, not those for line ends and quotes, which scanners know; and
 * how a shell's line goes on.
 */
const CHARACTER =
  /%([2-7][0-9a-fA-F])|&#x([0-9a-fA-F]{1,6});|&#(\d{1,7});|&(quot|apos|amp|lt|gt);|\\u\{([0-9a-fA-F]{1,6})\}|\\u([dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})|\\(\/)|([^\S\n]?\\\r?\n[^\S\n]{0,200})/g;
const ENTITIES: Record<string, string> = { quot: '"', apos: "'", amp: '&', lt: '<', gt: '>' };

/** Has the text what may be an encoded character? */
export function mayBeEncoded(text: string): boolean {
  return ENCODED.test(text);
}

/** The text with encoded characters decoded, once and again: only what differs from the text itself. */
export function encodedViewsOf(text: string): DecodedView[] {
  const views: DecodedView[] = [];
  let view: { text: string; places: DecodedView['places'] | undefined } = { text, places: undefined };
  while (views.length < MAX_LAYERS && mayBeEncoded(view.text)) {
    const decoded = decodedView(view, CHARACTER, character);
    if (!decoded) break;
    views.push(decoded);
    view = decoded;
  }
  return views;
}

function character(match: RegExpMatchArray): string {
  const [whole, percent, hex, decimal, entity, braced, pair, unicode, long, byte, slash, line] = match;
  if (entity !== undefined) return ENTITIES[entity] ?? whole;
  if (slash !== undefined) return slash;
  if (line !== undefined) return /^\\\r?\n$/.test(line) ? '' : ' ';
  const units = pair?.split('\\u').map((unit) => Number.parseInt(unit, 16));
  const code =
    decimal === undefined
      ? Number.parseInt(percent ?? hex ?? braced ?? unicode ?? long ?? byte ?? '', 16)
      : Number(decimal);
  // What cannot be seen parts no word, however it is written.
  return plainText(units ? String.fromCharCode(...units) : codePoint(code));
}
