import { createHash, randomBytes } from 'node:crypto';

/** New for each process, so that a marker cannot be compared with a guess made elsewhere. */
const KEY = randomBytes(16).toString('hex');
const DIGITS = 4;
/** Lenient: a marker altered by a model must not be written as if it were the value. Unquoted YAML ends it at the #. */
const WHOLE = /^<redacted\b[^>]*>?$/;
const WITHIN = /<redacted\b[^>\n]{0,40}>/g;
/** As lenient within a text; bounded, as a text may begin as markers do without end. */
const WITHIN_ALTERED = /<redacted\b[^>\n]{0,200}>/;
const EXACT = /<redacted(?: #[0-9a-f]{4})?(?:, changed)?(?:, \d+ bytes)?>/g;
/** Replaces markers while a text is examined: a private-use character. */
const MASK = '\ue000';

/** Replaces what a text holds: a digest would tell whoever wrote the text whether it is a value hidden from them. */
export const BARE_MARKER = '<redacted>';

/** The marker of an object's own value; equal values have equal markers, and no marker reveals a length. */
export function markerOf(value: string | Buffer, changed = false): string {
  const digest = createHash('sha256').update(KEY).update(value).digest('hex');
  return `<redacted #${digest.slice(0, DIGITS)}${changed ? ', changed' : ''}>`;
}

/** As markerOf, for binary data that is not secret but useless to a reader: it gives the size. */
export function sizedMarkerOf(base64: string, changed = false): string {
  return markerOf(base64, changed).replace('>', `, ${Buffer.byteLength(base64, 'base64')} bytes>`);
}

/** The text with markers that do not distinguish values, for readers who could compare them with a guess. */
export function withoutDigests(text: string): string {
  return text.includes('<redacted #') ? text.replace(/<redacted #[0-9a-f]{4}/g, '<redacted') : text;
}

/** True for what `redact` replaces a value with. */
export function isMarker(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('<redacted') && WHOLE.test(value);
}

/** Does the value hold a marker, perhaps an altered one, among other text? */
export function holdsMarker(value: unknown): boolean {
  return isMarker(value) || (typeof value === 'string' && WITHIN_ALTERED.test(value));
}

/** The text with markers that say that their values were changed, and no longer which values they are. */
export function withMarkersChanged(text: string): string {
  return text.replace(WITHIN, (marker) => marker.replace(/ #[0-9a-f]+|, changed|>/g, '').concat(', changed>'));
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

/** The text, of the same length, with its markers masked so that they are not redacted. */
export function withMaskedMarkers(text: string): string {
  return text.includes('<redacted') ? text.replace(EXACT, ({ length }) => MASK.repeat(length)) : text;
}

/** True for a masked marker alone, with the characters that may surround one. */
export function isMasked(text: string): boolean {
  return text.includes(MASK) && !/[\p{L}\p{N}]/u.test(text);
}
