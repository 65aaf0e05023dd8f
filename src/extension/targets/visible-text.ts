/** Letters and digits of any script, and signs that show where a word ends. */
const PLAIN = /^[\p{L}\p{N}_@%+=:,./~^*-]+$/u;
const UNSEEN = /[^\p{L}\p{N}\p{P}\p{S} ]/gu;

/** A word so that all of it can be seen, whatever it holds: quoted where it needs that, and without signs that hide or turn others. */
export function visible(word: string): string {
  if (PLAIN.test(word)) return word;
  return JSON.stringify(word)
    .replace(UNSEEN, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll('[', '\\u{5b}');
}

/** Words in a row, each visible. */
export function formatCommand(words: readonly string[]): string {
  return words.map(visible).join(' ');
}
