/** Characters that would end a line or a cell. */
const ENDS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Invisible characters, and those that change how others look: controls, bidi controls, zero-width characters. */
const UNSEEN = /[\p{Control}\p{Format}]/gu;

/** Most texts are such: printable ASCII. */
const PLAIN = /^[ -~]*$/;

/** Makes a text from outside safe as part of one line: it starts no line or cell of its own, and hides nothing. */
export function oneLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(ENDS, ' ').replace(UNSEEN, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}
