import { unzipSync } from 'node:zlib';
import { matches, type Span } from './spans.ts';

const CERTIFICATES =
  /-----BEGIN (?:TRUSTED )?(?:CERTIFICATE|PUBLIC KEY|X509 CRL|CERTIFICATE REQUEST|PKCS7|CMS|DH PARAMETERS|EC PARAMETERS|RSA PUBLIC KEY|SSH2? PUBLIC KEY|PGP PUBLIC KEY BLOCK|PGP SIGNATURE|PGP MESSAGE|NEW CERTIFICATE REQUEST)/g;
/** What only a key or another long encoded value looks like: a whole line of base64 that is no hex checksum. */
const LINE = /(?<![^\n])[^\S\n]*[A-Za-z0-9+/]{60,}={0,2}[^\S\n]*(?![^\n])/g;
const CHECKSUM = /^[0-9a-fA-F]+$/;
/** Minimum number of distinct characters; drawn lines have fewer. */
const MIN_DISTINCT_CHARACTERS = 12;
const BASE64 = /^[A-Za-z0-9+/_-]{16,}={0,2}\s*$/;
/** Base64 that stands in a text: after a sign, or alone. */
const RUN = /(?<![\w+/-])[\w+/-]{16,}={0,2}/g;
/** Text whose every second byte is zero. */
const UTF16 = /^(?:[^\0]\0)+$/;
const MAX_INFLATED = 4_000_000;
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

/** Base64 of a text that contains a credential, anywhere in the text. */
export function encodedTextsIn(text: string, recognised: (text: string) => boolean): Span[] {
  const spans: Span[] = [];
  for (const { 0: run, index } of matches(RUN, text)) {
    const content = decoded(run) ?? inflated(run);
    if (content !== undefined && recognised(content)) spans.push({ start: index, end: index + run.length });
  }
  return spans;
}

/** The text behind base64 of data that zlib or gzip compressed; undefined if the value is nothing such. */
function inflated(value: string): string | undefined {
  if (!/^(?:H4sI|eJ|eAE|eN)/.test(value)) return undefined;
  try {
    return decoder.decode(unzipSync(Buffer.from(value, 'base64'), { maxOutputLength: MAX_INFLATED }));
  } catch {
    return undefined;
  }
}

/** True for base64 of compressed data, or of a text that contains a credential. */
export function isEncodedCredential(value: string, recognised: (text: string) => boolean): boolean {
  if (/^(?:H4sI|KLUv\/[QS])/.test(value)) return true;
  const content = decoded(value) ?? inflated(value);
  return content !== undefined && recognised(content);
}

/** The text behind base64, decoded repeatedly if needed; undefined if the value is not base64 of a text. */
export function decoded(value: string): string | undefined {
  let text = value;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    if (!BASE64.test(text)) break;
    try {
      const bytes = Buffer.from(text, 'base64');
      const wide = UTF16.test(bytes.toString('latin1', 0, 32));
      const next = wide ? bytes.toString('utf16le') : decoder.decode(bytes);
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
