import { matches, type Span } from './spans.ts';

const CERTIFICATES =
  /-----BEGIN (?:TRUSTED )?(?:CERTIFICATE|PUBLIC KEY|X509 CRL|CERTIFICATE REQUEST|PKCS7|CMS|DH PARAMETERS|EC PARAMETERS|RSA PUBLIC KEY|SSH2? PUBLIC KEY|PGP PUBLIC KEY BLOCK|PGP SIGNATURE|PGP MESSAGE|NEW CERTIFICATE REQUEST)/g;
/** What only a key or another long encoded value looks like: a whole line of base64 that is no hex checksum. */
const LINE = /(?<![^\n])[^\S\n]*[A-Za-z0-9+/]{60,}={0,2}[^\S\n]*(?![^\n])/g;
const CHECKSUM = /^[0-9a-fA-F]+$/;
/** Minimum number of distinct characters; drawn lines have fewer. */
const MIN_DISTINCT_CHARACTERS = 12;
const BASE64 = /^[A-Za-z0-9+/_-]{16,}={0,2}\s*$/;
const decoder = new TextDecoder('utf-8', { fatal: true });
/** How many layers of encoding are undone. */
const MAX_DEPTH = 4;

/** Whole lines of base64, except public ones: certificates, and text without a credential. */
export function encodedLinesIn(text: string, recognised: (text: string) => boolean): Span[] {
  const spans: Span[] = [];
  const lines = matches(LINE, text);
  if (lines.length === 0) return spans;
  const open = publicBlocks(text);
  for (const { 0: line, index } of lines) {
    const words = line.trim();
    if (CHECKSUM.test(words) || new Set(words.slice(0, 60)).size < MIN_DISTINCT_CHARACTERS) continue;
    if (open.some(({ start, end }) => index >= start && index < end)) continue;
    const content = decoded(words);
    if (content !== undefined && !recognised(content)) continue;
    const start = index + line.indexOf(words);
    spans.push({ start, end: start + words.length });
  }
  return spans;
}

/** True for base64 of compressed data, or of a text that contains a credential. */
export function isEncodedCredential(value: string, recognised: (text: string) => boolean): boolean {
  if (value.startsWith('H4sI')) return true;
  const content = decoded(value);
  return content !== undefined && recognised(content);
}

/** The text behind base64, decoded repeatedly if needed; undefined if the value is not base64 of a text. */
export function decoded(value: string): string | undefined {
  let text = value;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    if (!BASE64.test(text)) break;
    try {
      const next = decoder.decode(Buffer.from(text, 'base64'));
      if (next === '' || /(?![\t\n\r])\p{Cc}/u.test(next)) break;
      text = next;
    } catch {
      break;
    }
  }
  return text === value ? undefined : text;
}

function publicBlocks(text: string): Span[] {
  const blocks: Span[] = [];
  for (const { index } of matches(CERTIFICATES, text)) {
    if (index < (blocks.at(-1)?.end ?? 0)) continue;
    const end = text.indexOf('-----END ', index);
    blocks.push({ start: index, end: end < 0 ? text.length : end });
  }
  return blocks;
}
