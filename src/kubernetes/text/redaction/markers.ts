import { createHash, randomBytes } from 'node:crypto';

/** Made anew by each process, so that a marker tells nothing to who compares it with a guess elsewhere. */
const KEY = randomBytes(16).toString('hex');
const DIGITS = 4;
/** Lenient: what a model makes of a marker must not be written as if it were the value. YAML without quotes ends it at the #. */
const WHOLE = /^<redacted\b[^>]*>?$/;
const WITHIN = /<redacted\b[^>\n]{0,40}>/g;
const EXACT = /<redacted(?: #[0-9a-f]{4})?(?:, changed)?(?:, \d+ bytes)?>/g;
/** Stands in for markers while a text is looked at: a letter of no language. */
const MASK = '\ue000';

/** What stands in the place of a value; equal values have equal markers, and no marker tells a length. */
export function markerOf(value: string | Buffer, changed = false): string {
  const digest = createHash('sha256').update(KEY).update(value).digest('hex');
  return `<redacted #${digest.slice(0, DIGITS)}${changed ? ', changed' : ''}>`;
}

/** The same for binary data that is no secret, but of no use to a reader: it tells the size. */
export function sizedMarkerOf(base64: string, changed = false): string {
  return markerOf(base64, changed).replace('>', `, ${Buffer.byteLength(base64, 'base64')} bytes>`);
}

/** The text with markers that tell no value from another, for who could compare them with a guess of their own. */
export function withoutDigests(text: string): string {
  return text.includes('<redacted #') ? text.replace(/<redacted #[0-9a-f]{4}/g, '<redacted') : text;
}

/** True for what `redact` puts in the place of a value. */
export function isMarker(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('<redacted') && WHOLE.test(value);
}

/** The markers in a text, from left to right. */
export function markersIn(text: string): { marker: string; start: number; end: number }[] {
  if (!text.includes('<redacted')) return [];
  return [...text.matchAll(WITHIN)].map((match) => ({
    marker: match[0].replace(', changed', ''),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** The text, as long as before, with its markers made unlike anything that has to be redacted. */
export function withMaskedMarkers(text: string): string {
  return text.includes('<redacted') ? text.replace(EXACT, ({ length }) => MASK.repeat(length)) : text;
}

/** True for what holds nothing but a masked marker, and what may stand around one. */
export function isMasked(text: string): boolean {
  return text.includes(MASK) && !/[\p{L}\p{N}]/u.test(text);
}
