export { counterparts, member } from './redaction/places.ts';

/** Does the text contain a redaction marker? */
export function holdsMarker(value: unknown): boolean {
  return typeof value === 'string' && /<redacted\b[^>]*>/.test(value);
}
