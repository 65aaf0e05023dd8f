import { isObject } from '../../apimachinery/objects.ts';
import { isMarker, markerOf } from './markers.ts';
import { Substrings } from './substrings.ts';

/** Shorter values also occur in texts by chance. */
const MIN_VALUE_LENGTH = 8;
/** The form of names of objects, hosts and images. */
const ORDINARY = /^[a-z]+(?:[-._/][a-z]+)*$/;

/** The copy without values that were redacted in one place but went unrecognised inside another text. */
export function withoutEchoes(shown: unknown, found: ReadonlySet<string>): unknown {
  const values = [...found].filter(
    (value) => value.length >= MIN_VALUE_LENGTH && !ORDINARY.test(value) && !isMarker(value),
  );
  if (values.length === 0) return shown;
  // The longest first: one may be part of another.
  const ordered = values.toSorted((a, b) => b.length - a.length);
  return clean(shown, new Substrings(ordered, MIN_VALUE_LENGTH), ordered);
}

function clean(value: unknown, echoes: Substrings, values: readonly string[]): unknown {
  if (typeof value === 'string') return echoes.isIn(value) ? withMarkers(value, values) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => clean(item, echoes, values));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clean(item, echoes, values)]));
}

// A text that equals a value is left: it was recognised as harmless where it stands.
function withMarkers(text: string, values: readonly string[]): string {
  if (values.includes(text)) return text;
  return values.reduce((shown, value) => shown.replaceAll(value, () => markerOf(value)), text);
}
