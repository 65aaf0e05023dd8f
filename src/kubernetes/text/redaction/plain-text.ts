import { CONTROL_STRING, ESCAPE_SEQUENCE } from '../../apimachinery/control-sequences.ts';

/** Invisible characters, except tabs and line ends. */
const UNSEEN = String.raw`(?![\t\n\r])[\p{Cc}\p{Default_Ignorable_Code_Point}]`;
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

/**
 * The text as a reader sees it, without terminal sequences, control or zero-width characters. Line breaks stay. A zero
 * byte, which ends a text in memory as in `/proc/1/environ`, becomes `end`, one character.
 */
export function plainText(text: string, end = '\n'): string {
  return WRITTEN.test(text) || (OTHER.test(text) && SUSPECT.test(text))
    ? text.replace(INVISIBLE, (unseen, at: number) => (isEnd(text, unseen, at) ? end : ''))
    : text;
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
