import { codePointEscape, UNSEEN } from '../apimachinery/invisible.ts';

/** Characters that would end a line or a cell. */
const ENDS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** All but what makes an emoji of the symbol before it, or a key of the digit. */
const HIDDEN = new RegExp(
  String.raw`(?!(?<=\p{Extended_Pictographic})\ufe0f|(?<=[0-9#*])\ufe0f(?=\u20e3))[${UNSEEN}]`,
  'gu',
);

/** Most texts are such: printable ASCII. */
const PLAIN = /^[ -~]*$/;

/** Makes a text from outside safe as part of one line: it starts no line or cell of its own, and hides nothing. */
export function oneLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(ENDS, ' ').replace(HIDDEN, codePointEscape);
}
