import { longRuns, matchAt, matches, type Span } from './spans.ts';
import { decoded, type Recognise, type Unpacking } from './unpacking.ts';

const CERTIFICATES =
  /-----BEGIN (?:TRUSTED )?(?:CERTIFICATE|PUBLIC KEY|X509 CRL|CERTIFICATE REQUEST|PKCS7|CMS|DH PARAMETERS|EC PARAMETERS|RSA PUBLIC KEY|SSH2? PUBLIC KEY|PGP PUBLIC KEY BLOCK|PGP SIGNATURE|PGP MESSAGE|NEW CERTIFICATE REQUEST)/g;
/** What only a key or another long encoded value looks like: a whole line of base64. */
const LINE = /(?<![^\n])[^\S\n]*[A-Za-z0-9+/]{60}/g;
const NOT_OF_LINE = /[^A-Za-z0-9+/]/g;
const REST_OF_LINE = /={0,2}[^\S\n]*(?![^\n])/y;
const NO_CHECKSUM = /[^0-9a-fA-F]/;
/** Minimum number of distinct characters; drawn lines have fewer. */
const MIN_DISTINCT_CHARACTERS = 12;
/** Base64 that stands in a text: after a sign, or alone. */
const RUN = /(?<![\w+/-])[\w+/-]{16}/g;
const NOT_OF_RUN = /[^\w+/-]/g;
const PADDING = /={0,2}/y;

/** Whole lines of base64 of what is no text, except certificates and hex checksums. */
export function encodedLinesIn(text: string): Span[] {
  const spans: Span[] = [];
  const lines = longRuns(LINE, NOT_OF_LINE, text);
  if (lines.length === 0) return spans;
  const open = publicBlocks(text);
  for (const { start: index, end } of lines) {
    const rest = matchAt(REST_OF_LINE, text, end);
    if (rest === undefined) continue;
    const line = text.slice(index, end + rest.length);
    const words = line.trim();
    if (!NO_CHECKSUM.test(words) || new Set(words.slice(0, 60)).size < MIN_DISTINCT_CHARACTERS) continue;
    if (open.some(({ start, end }) => index >= start && index < end)) continue;
    // Base64 of a text is judged with that in the lines of others.
    if (decoded(words) !== undefined) continue;
    const start = index + line.indexOf(words);
    spans.push({ start, end: start + words.length });
  }
  return spans;
}

/** Base64 of a text that contains a credential, anywhere in the text. */
export function encodedTextsIn(text: string, recognised: Recognise, unpacking: Unpacking): Span[] {
  const spans: Span[] = [];
  for (const { start, end } of longRuns(RUN, NOT_OF_RUN, text)) {
    const run = text.slice(start, end) + (matchAt(PADDING, text, end) ?? '');
    if (unpacking.reveals(run, recognised)) spans.push({ start, end: start + run.length });
  }
  return spans;
}

/** True for base64 of compressed data, or of a text that contains a credential. */
export function isEncodedCredential(value: string, recognised: Recognise, unpacking: Unpacking): boolean {
  return /^(?:H4sI|KLUv\/[QS])/.test(value) || unpacking.reveals(value, recognised);
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
