import { credentialsIn } from './redaction/credentials.ts';
import { markerOf } from './redaction/markers.ts';
import { plainText } from './redaction/plain-text.ts';

/**
 * The text as a reader sees it, with markers for what looks like a credential: passwords in URLs, `password=…` and the
 * like, bearer tokens, tokens of known services, private keys. When in doubt, it redacts. Line breaks are kept.
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
