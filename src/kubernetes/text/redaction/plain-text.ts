import { CONTROL_STRING, ESCAPE_SEQUENCE } from '../../apimachinery/control-sequences.ts';
import { NO_WIDTH } from '../../apimachinery/invisible.ts';

/** Invisible characters, except tabs and line ends. */
const UNSEEN = String.raw`(?![\t\n\r])[${NO_WIDTH}]`;
/** Terminal control sequences (ECMA-48), also as loggers escape them in JSON. */
const SEQUENCES = [
  String.raw`(?:\x1b\[|\x9b|\\(?:u001[bB]|x1[bB]|033|e)\[)[0-?]*[ -/]*[@-~]`,
  CONTROL_STRING,
  ESCAPE_SEQUENCE,
  // Overstruck characters.
  String.raw`[^\n\x08]\x08`,
];
const INVISIBLE = new RegExp([...SEQUENCES, UNSEEN].join('|'), 'gu');
const SUSPECT = new RegExp(UNSEEN, 'u');

/** A cheap test: most texts are printable ASCII only. */
const OTHER = /[^\t\n\r -~]/;
const WRITTEN = /\\(?:u001[bB]|x1[bB]|033|e)\[/;

/** Behind a setting, and before another or a flag or at the end, as between the variables of a process. */
const BETWEEN_SETTINGS = /(?<==[^\0\s]{0,4096})\0(?=\0|$|[A-Za-z_][\w.-]{0,200}=(?!=|$)|--?[A-Za-z])/g;

/**
 * The text as a reader sees it, without terminal sequences, control or zero-width characters. Line breaks stay, and so
 * does a zero byte that ends a text in memory as in `/proc/1/environ`, see zeroViewsOf.
 */
export function plainText(text: string): string {
  return WRITTEN.test(text) || (OTHER.test(text) && SUSPECT.test(text))
    ? text.replace(INVISIBLE, (unseen, at: number) => (isEnd(text, unseen, at) ? unseen : ''))
    : text;
}

/** A text without zero bytes, and the position of each of its characters in the plain text with them. */
export interface ZeroView {
  text: string;
  placeOf(index: number): number;
}

/** The plain text in both meanings of its zero bytes: each ends a line, or those within what is one say nothing. */
export function zeroViewsOf(plain: string): ZeroView[] {
  if (!plain.includes('\0')) return [{ text: plain, placeOf: (index) => index }];
  const ended = plain.replace(BETWEEN_SETTINGS, '\n');
  const places: number[] = [];
  for (let at = 0; at < ended.length; at += 1) if (ended.charAt(at) !== '\0') places.push(at);
  return [
    { text: plain.replaceAll('\0', '\n'), placeOf: (index) => index },
    { text: ended.replaceAll('\0', ''), placeOf: (index) => places[index] ?? plain.length },
  ];
}

/** Is this the end of a text, not half of a character in UTF-16? */
function isEnd(text: string, unseen: string, at: number): boolean {
  return unseen === '\0' && text[at - 2] !== '\0' && text[at + 2] !== '\0';
}

/** The plain text, and the position of each of its characters in the original. */
export function plainPlaces(text: string): { plain: string; placeOf(index: number): number } {
  const plain = plainText(text);
  if (plain === text) return { plain, placeOf: (index) => index };
  const places: number[] = [];
  let from = 0;
  for (const { 0: unseen, index } of text.matchAll(INVISIBLE)) {
    for (let at = from; at < index; at += 1) places.push(at);
    if (isEnd(text, unseen, index)) places.push(index);
    from = index + unseen.length;
  }
  for (let at = from; at < text.length; at += 1) places.push(at);
  return { plain, placeOf: (index) => places[index] ?? text.length };
}
