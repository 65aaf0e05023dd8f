import { createTwoFilesPatch, diffLines } from 'diff';
import { isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { counterparts, member } from './counterparts.ts';
import { placeOfLine } from './line-places.ts';
import { holdsMarker, withMarkersChanged } from './markers.ts';
import { redact } from './redact.ts';
import { toYaml } from './yaml.ts';

/** With more changed lines, the shortest diff takes long to find and nobody reads it. */
const MAX_CHANGES = 500;

/**
 * A unified diff of two objects as YAML, without noise and redacted. Each hunk names its field instead of showing
 * context lines; '' when a reader would see no difference. With `submitted` (what the reader sent), the markers of its
 * values say `changed` whether they differ or not: the reader must not learn whether a guess was right.
 */
export function objectDiff(before: KubernetesObject, after: KubernetesObject, submitted?: unknown): string {
  const shown = submitted === undefined ? redact(after, before) : redactSubmitted(after, submitted);
  const [from, to] = [toYaml(comparable(redact(before))), toYaml(comparable(shown))];
  return withPlaces(textDiff(from, to, 0), from.split('\n'), to.split('\n'));
}

function withPlaces(diff: string, from: readonly string[], to: readonly string[]): string {
  return diff.replace(/^@@ -(\d+),(\d+) \+(\d+),\d+ @@$/gm, (header, removed: string, count: string, added: string) => {
    const place = count === '0' ? placeOfLine(to, Number(added) - 1) : placeOfLine(from, Number(removed) - 1);
    return place ? `${header} ${place}` : header;
  });
}

/** A unified diff of two texts, with `context` lines around each change; '' when they are equal. */
export function textDiff(from: string, to: string, context = 3): string {
  if (from === to) return '';
  const options = { context, maxEditLength: MAX_CHANGES };
  const patch = createTwoFilesPatch('live', 'updated', from, to, undefined, undefined, options);
  return patch?.replace(/^=+\n/, '') ?? coarseDiff(from.split('\n'), to.split('\n'));
}

function redactSubmitted(after: KubernetesObject, submitted: unknown): KubernetesObject {
  const { stringData, ...content } = isObject(submitted) ? submitted : {};
  const given = isObject(stringData)
    ? { ...content, data: { ...(isObject(content.data) ? content.data : {}), ...stringData } }
    : content;
  return marked(withOwnAnnotations(redact(after), after, given), after, given) as KubernetesObject;
}

// An annotation may be redacted because it repeats a value: the submitted ones are judged by themselves.
function withOwnAnnotations(shown: KubernetesObject, after: KubernetesObject, submitted: JsonObject): KubernetesObject {
  const own = member(submitted.metadata, 'annotations');
  const { annotations } = shown.metadata ?? {};
  if (!isObject(own) || !annotations) return shown;
  const named = Object.entries(after.metadata?.annotations ?? {}).filter(
    ([key]) => key in annotations && member(own, key) !== undefined && !holdsMarker(member(own, key)),
  );
  const { apiVersion, kind } = after;
  const alone = redact({ apiVersion, kind, metadata: { annotations: Object.fromEntries(named) } } as KubernetesObject);
  return {
    ...shown,
    metadata: { ...shown.metadata, annotations: { ...annotations, ...alone.metadata?.annotations } },
  };
}

function marked(shown: unknown, after: unknown, submitted: unknown): unknown {
  if (submitted === undefined) return shown;
  if (typeof shown === 'string') return shown === after || holdsMarker(submitted) ? shown : withMarkersChanged(shown);
  if (Array.isArray(shown)) {
    const given = counterparts(shown, submitted);
    return shown.map((item, index) => marked(item, Array.isArray(after) ? after[index] : undefined, given[index]));
  }
  if (!isObject(shown)) return shown;
  return Object.fromEntries(
    Object.entries(shown).map(([key, item]) => [key, marked(item, member(after, key), member(submitted, key))]),
  );
}

/** Do the texts have lines that differ only in surrounding white space, which diff editors may hide? */
export function hidesWhiteSpace(from: string, to: string): boolean {
  const parts = diffLines(from, to, { maxEditLength: MAX_CHANGES }) ?? [];
  const bare = (text: string) => text.split('\n').flatMap((line) => line.trim() || []);
  return parts.some(({ removed, value }, index) => {
    const next = parts[index + 1];
    if (!removed || !next?.added) return false;
    const lines = new Set(bare(value));
    return bare(next.value).some((line) => lines.has(line));
  });
}

/** Everything from the first to the last differing line. */
function coarseDiff(from: readonly string[], to: readonly string[]): string {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from[start] === to[start]) start += 1;
  let end = 0;
  while (end < shorter - start && from.at(-1 - end) === to.at(-1 - end)) end += 1;
  const [removed, added] = [from.slice(start, from.length - end), to.slice(start, to.length - end)];
  const place = `@@ -${start + 1},${removed.length} +${start + 1},${added.length} @@`;
  const lines = [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)];
  return ['--- live', '+++ updated', place, ...lines, ''].join('\n');
}

/** The object without the counters the server increments on every write. */
export function comparable(object: KubernetesObject): KubernetesObject {
  if (!object.metadata) return object;
  const { managedFields: _, resourceVersion: _version, generation: _generation, ...metadata } = object.metadata;
  return { ...object, metadata };
}
