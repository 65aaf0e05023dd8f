import { credentialsIn } from './redaction/credentials.ts';
import { markerOf } from './redaction/markers.ts';
import { plainText } from './redaction/plain-text.ts';

/**
 * The text as a reader sees it, with what looks like a credential replaced by a marker: passwords in URLs, `password=…` and
 * its like, bearer tokens, tokens of known services, private keys. Where it cannot tell, it redacts. Lines stay lines.
 */
export function redactText(text: string): string {
  const plain = plainText(text);
  let shown = '';
  let from = 0;
  for (const { start, end } of credentialsIn(plain)) {
    const value = plain.slice(start, end);
    const marker = markerOf(value);
    shown += plain.slice(from, start) + value.split('\n').fill(marker).join('\n');
    from = end;
  }
  return shown + plain.slice(from);
}
