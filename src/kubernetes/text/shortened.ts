import { redactText } from './redact-text.ts';

const GAP = ' … ';

/** The most that is searched for credentials, in characters. */
const MAX_SCANNED = 20_000;

/**
 * The text in at most `length` characters. What is too long lacks its middle: what it is about comes first, and the
 * reason last, as in errors that wrap others. Redacted before it is cut: half a credential is not recognized.
 */
export function shortened(whole: string, length: number): string {
  if (whole.length <= length) return whole;
  const text = redactText(whole.slice(0, MAX_SCANNED));
  if (text.length <= length) return text;
  const room = Math.max(0, length - GAP.length);
  const head = Math.ceil((room * 2) / 3);
  const start = entire(text.slice(0, head), /[\uD800-\uDBFF]$/);
  const end = room > head ? entire(text.slice(head - room), /^[\uDC00-\uDFFF]/) : '';
  return `${start.trimEnd()}${GAP}${end.trimStart()}`;
}

// Half a character is none.
function entire(text: string, half: RegExp): string {
  return text.replace(half, '');
}
