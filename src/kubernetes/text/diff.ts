import { createTwoFilesPatch } from 'diff';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { redact } from './redact.ts';
import { toYaml } from './yaml.ts';

/** With more changed lines than this, finding the shortest diff takes long and nobody reads it. */
const MOST_CHANGES = 500;

/** A unified diff of the two objects as YAML, noise stripped and redacted; '' when a reader would see no difference. */
export function objectDiff(before: KubernetesObject, after: KubernetesObject): string {
  const [from, to] = [toYaml(comparable(redact(before))), toYaml(comparable(redact(after, before)))];
  if (from === to) return '';
  const options = { context: 3, maxEditLength: MOST_CHANGES };
  const patch = createTwoFilesPatch('live', 'updated', from, to, undefined, undefined, options);
  return patch?.replace(/^=+\n/, '') ?? coarseDiff(from.split('\n'), to.split('\n'));
}

/** Everything between the first and the last line that differ. */
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

/** The object without what the server counts up by itself with every write. */
export function comparable(object: KubernetesObject): KubernetesObject {
  if (!object.metadata) return object;
  const { managedFields: _, resourceVersion: _version, generation: _generation, ...metadata } = object.metadata;
  return { ...object, metadata };
}
