import { isObject } from '../../apimachinery/objects.ts';
import { isMarker, markerOf } from './markers.ts';
import { Substrings } from './substrings.ts';

/** Shorter values also stand in texts by chance. */
const MIN_VALUE_LENGTH = 8;
/** What names of objects, hosts and images are made of. */
const ORDINARY = /^[a-z]+(?:[-._/][a-z]+)*$/;

/** The copy without the values that were replaced in one place of it and stand inside of another text, where they were not recognised. */
export function withoutEchoes(shown: unknown, found: ReadonlySet<string>): unknown {
  const values = [...found].filter(
    (value) => value.length >= MIN_VALUE_LENGTH && !ORDINARY.test(value) && !isMarker(value),
  );
  if (values.length === 0) return shown;
  // The longest first: one may be a part of another.
  const ordered = values.toSorted((a, b) => b.length - a.length);
  return clean(shown, new Substrings(ordered, MIN_VALUE_LENGTH), ordered);
}

function clean(value: unknown, echoes: Substrings, values: readonly string[]): unknown {
  if (typeof value === 'string') return echoes.isIn(value) ? withMarkers(value, values) : value;
  if (Array.isArray(value)) return value.map((item: unknown) => clean(item, echoes, values));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clean(item, echoes, values)]));
}

// What is the whole of a text is shown there for what it is.
function withMarkers(text: string, values: readonly string[]): string {
  if (values.includes(text)) return text;
  return values.reduce((shown, value) => shown.replaceAll(value, () => markerOf(value)), text);
}
