/** Letters and digits of any script, and characters that do not blur where a word ends. */
const PLAIN = /^[\p{L}\p{N}_@%+=:,./~^*-]+$/u;
const UNSEEN = /[^\p{L}\p{N}\p{P}\p{S} ]/gu;

/** A word with everything visible: quoted if needed, with invisible and reordering characters escaped. */
export function visible(word: string): string {
  if (PLAIN.test(word)) return word;
  return JSON.stringify(word)
    .replace(UNSEEN, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)
    .replaceAll('[', '\\u{5b}');
}

/** Several words, each visible. */
export function formatCommand(words: readonly string[]): string {
  return words.map(visible).join(' ');
}
