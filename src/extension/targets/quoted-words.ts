import { codePointEscape, INVISIBLE } from '../../kubernetes/apimachinery/invisible.ts';

/** Letters and digits of any script, and characters that do not blur where a word ends. */
const PLAIN = new RegExp(String.raw`^(?:(?![${INVISIBLE}])[\p{L}\p{N}_@%+=:,./~^*-])+$`, 'u');
/** Marks, too: they are drawn onto the character before them. */
const HIDDEN = new RegExp(String.raw`(?! )[${INVISIBLE}\p{M}]`, 'gu');

/** A word with everything visible: quoted if needed, with invisible and reordering characters escaped. */
export function quotedWord(word: string): string {
  if (PLAIN.test(word)) return word;
  return JSON.stringify(word).replace(HIDDEN, codePointEscape).replaceAll('[', '\\u{5b}');
}

/** Several words, each visible. */
export function formatCommand(words: readonly string[]): string {
  return words.map(quotedWord).join(' ');
}
