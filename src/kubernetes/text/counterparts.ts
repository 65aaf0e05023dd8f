export { counterpart, member } from './redaction/places.ts';

/** True for a text with a redacted part. */
export function holdsMarker(value: unknown): boolean {
  return typeof value === 'string' && /<redacted\b[^>]*>/.test(value);
}
