import { credentialsIn } from './redaction/credentials.ts';
import { BARE_MARKER } from './redaction/markers.ts';
import { plainText } from './redaction/plain-text.ts';
import { Unpacking } from './redaction/unpacking.ts';

/**
 * The text as a reader sees it, with markers for what looks like a credential: passwords in URLs, `password=…` and the
 * like, bearer tokens, tokens of known services, private keys. When in doubt, it redacts. Line breaks are kept. The
 * markers have no digests, because a text may repeat what its reader wrote.
 */
export function redactText(text: string): string {
  const plain = plainText(text);
  let shown = '';
  let from = 0;
  for (const { start, end } of credentialsIn(plain, Unpacking.ofText())) {
    const lines = plain.slice(start, end).split('\n');
    shown += plain.slice(from, start) + lines.fill(BARE_MARKER).join('\n');
    from = end;
  }
  // No byte may look like the end of a line.
  return (shown + plain.slice(from)).replaceAll('\0', ' ');
}
