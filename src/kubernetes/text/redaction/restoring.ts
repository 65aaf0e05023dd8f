import { UserError } from '../../apimachinery/errors.ts';
import { isObject } from '../../apimachinery/objects.ts';
import { isMarker, markersIn } from './markers.ts';
import { counterparts, member } from './places.ts';
import { piecesOf } from './redactor.ts';
import { Unpacking } from './unpacking.ts';

/** A value in a text, and what is shown in its place. */
interface Piece {
  marker: string;
  /** The word before it, which identifies its place. */
  lead: string;
  value: string;
}

/** The submitted value with each marker replaced by the value in `live` at the place where `shown` has that marker. */
export function restored(
  submitted: unknown,
  live: unknown,
  shown: unknown,
  path: string,
  unpacking = Unpacking.ofObject(),
): unknown {
  if (typeof submitted === 'string') return restoredText(submitted, live, shown, path, unpacking);
  if (Array.isArray(submitted)) {
    const found = inList(submitted, live, shown);
    return submitted.map((item: unknown, index) => {
      const [own, seen] = found[index] ?? [];
      return restored(item, own, seen, `${path}[${index}]`, unpacking);
    });
  }
  if (!isObject(submitted)) return submitted;
  return Object.fromEntries(
    Object.entries(submitted).map(([key, item]) => [
      key,
      restored(item, member(live, key), member(shown, key), path ? `${path}.${key}` : key, unpacking),
    ]),
  );
}

/** Each list item's counterparts: the same text after the same predecessor, if items were inserted or removed. */
function inList(submitted: readonly unknown[], live: unknown, shown: unknown): [unknown, unknown][] {
  const [own, seen] = [counterparts(submitted, live), counterparts(submitted, shown)];
  if (!Array.isArray(live) || !Array.isArray(shown)) return submitted.map((_, index) => [own[index], seen[index]]);
  const first = new Map<unknown, number>();
  const after = new Map<unknown, Map<unknown, number>>();
  for (const [at, one] of shown.entries()) {
    if (typeof one !== 'string') continue;
    if (!first.has(one)) first.set(one, at);
    const places = after.get(one) ?? new Map<unknown, number>();
    after.set(one, places);
    if (!places.has(shown[at - 1])) places.set(shown[at - 1], at);
  }
  return submitted.map((item, index) => {
    if (typeof item !== 'string' || shown[index] === item) return [own[index], seen[index]];
    const at = after.get(item)?.get(submitted[index - 1]) ?? first.get(item);
    if (at !== undefined) return [live[at], shown[at]];
    return submitted.length === shown.length || markersIn(item).length === 0
      ? [live[index], shown[index]]
      : [undefined, undefined];
  });
}

function restoredText(submitted: string, live: unknown, shown: unknown, path: string, unpacking: Unpacking): unknown {
  const markers = markersIn(submitted);
  if (isMarker(submitted)) {
    if (live !== undefined && isMarker(shown)) return live;
    throw strayMarker(submitted, path);
  }
  const [first] = markers;
  if (!first || submitted === live) return submitted;
  if (typeof live !== 'string' || typeof shown !== 'string' || isMarker(shown)) throw strayMarker(first.marker, path);
  if (submitted === shown) return live;
  const pieces = piecesIn(live, shown, unpacking);
  const counts = new Map<string, number>();
  const places: [number, number][] = [];
  let text = '';
  let from = 0;
  for (const { marker, start, end } of markers) {
    const value = pieceFor(marker, leadOf(submitted, start), pieces, counts, markers.length);
    if (value === undefined) throw strayMarker(marker, path);
    text += submitted.slice(from, start);
    if (value !== marker) places.push([text.length, text.length + value.length]);
    text += value;
    from = end;
  }
  text += submitted.slice(from);
  // No value is restored to a place where it would be shown.
  const redacted = piecesOf(text, unpacking);
  const seen = places.some(([start, end]) => !redacted.some((piece) => piece.start <= start && piece.end >= end));
  // What is redacted only because others used up what may be unpacked would be shown another time.
  if (seen || unpacking.isSpent) throw strayMarker(first.marker, path);
  return text;
}

/** A text's values, and the markers it contains itself, in the order shown. */
function piecesIn(live: string, shown: string, unpacking: Unpacking): Piece[] {
  const values = [
    ...piecesOf(live, unpacking).map(({ start, end }) => ({ at: start, value: live.slice(start, end) })),
    ...markersIn(live).map(({ start, end }) => ({ at: start, value: live.slice(start, end) })),
  ].sort((a, b) => a.at - b.at);
  const markers = markersIn(shown);
  // What was shown ran out of what may be unpacked, at another place than here.
  if (markers.length !== values.length) return [];
  return markers.map(({ marker, start }, index) => ({
    marker,
    lead: leadOf(shown, start),
    value: values[index]?.value ?? marker,
  }));
}

/** The value a marker stands for: the one with the same marker after the same word, or the next of several. */
function pieceFor(
  marker: string,
  lead: string,
  pieces: readonly Piece[],
  counts: Map<string, number>,
  markers: number,
): string | undefined {
  const same = pieces.filter((piece) => piece.marker === marker && piece.lead === lead);
  const [first] = same;
  if (!first || same.every(({ value }) => value === first.value)) return first?.value;
  // Different values with the same marker: only their order tells them apart.
  const key = `${marker}\n${lead}`;
  const count = counts.get(key) ?? 0;
  counts.set(key, count + 1);
  return markers === pieces.length ? same[count]?.value : undefined;
}

function leadOf(text: string, at: number): string {
  const head = text.slice(Math.max(0, at - 80), at);
  const line = head.slice(head.lastIndexOf('\n') + 1);
  const word = /(?<!\S)\S*$/.exec(line.trimEnd())?.index ?? 0;
  const lead = line.slice(word);
  return lead.slice(markersIn(lead).at(-1)?.end);
}

function strayMarker(marker: string, path: string): UserError {
  return new UserError(
    `${path || 'The manifest'} holds the marker "${marker}", but nothing is redacted there. A marker keeps a value only where it was shown: give the value itself, or leave the field out.`,
  );
}
