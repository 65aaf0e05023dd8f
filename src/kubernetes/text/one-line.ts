/** What would end a line or a cell. */
const ENDS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** What is not seen, or changes how its neighbours are seen: control characters, directions of writing, zero widths. */
const UNSEEN = /[\p{Control}\p{Format}]/gu;

/** A text from outside as a part of one line of ours: it begins no line or cell of its own, and hides nothing. */
export function oneLine(text: string): string {
  return text.replace(ENDS, ' ').replace(UNSEEN, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}
