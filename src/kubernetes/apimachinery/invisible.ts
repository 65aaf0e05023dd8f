// Parts of character classes of regular expressions with the flag `u`.

/** Takes no room: control characters, and those that fonts draw as nothing by Unicode's rules. */
export const NO_WIDTH = String.raw`\p{Cc}\p{Default_Ignorable_Code_Point}`;

/** Symbols, letters and marks that are blank: of Braille, musical notes, hieroglyphs and the Khitan small script. */
const BLANK = String.raw`\u2800\u{1d159}\u{13441}\u{13442}\u{16fe4}`;

/** Has no look of its own, changes how others look, or ends a line. */
export const UNSEEN = String.raw`\p{C}\p{Zl}\p{Zp}${NO_WIDTH}${BLANK}`;

/** The same, and spaces: the plain one, too. */
export const INVISIBLE = String.raw`${UNSEEN}\p{Zs}`;

/** A character in ASCII: `\u{202e}`. */
export function codePointEscape(sign: string): string {
  return `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`;
}
