import { type JsonObject, type KubernetesObject, withoutNoise } from '../apimachinery/objects.ts';
import { Redactor } from './redaction/redactor.ts';
import { restored } from './redaction/restoring.ts';
import { Substrings } from './redaction/substrings.ts';

export { isMarker, withoutDigests } from './redaction/markers.ts';

/**
 * A copy that may be shown to a model: noise stripped, and replaced by markers every value of a Secret, whatever stands under
 * a name that says credential, and in every other string what redactText would replace. Keys stay. With `before`, the
 * markers of values that differ from those of that object say so.
 */
export function redact(object: KubernetesObject, before?: KubernetesObject): KubernetesObject {
  return new Redactor(before !== undefined).object(withoutNoise(object), before) as KubernetesObject;
}

/** Every value that `redact` replaces in the object: as it stands there, and decoded where a Secret has it in base64. */
export function hiddenValues(object: KubernetesObject): string[] {
  const redactor = new Redactor();
  redactor.object(withoutNoise(object), undefined);
  const values = new Set(redactor.found);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (const text of redactor.encoded) {
    try {
      values.add(decoder.decode(Buffer.from(text, 'base64')));
    } catch {
      // Bytes that are no text.
    }
  }
  values.delete('');
  return [...values];
}

/**
 * The submitted object with each marker replaced by the value that stands at the same place in `live`, also within a text.
 * @throws UserError for a marker where `live` holds no such value: it would be written as the value itself.
 */
export function restoreRedacted(submitted: KubernetesObject, live: KubernetesObject | undefined): KubernetesObject {
  return restored(submitted, live, live === undefined ? undefined : redact(live), '') as KubernetesObject;
}

/** A part of a text that is as long as this is no coincidence. */
const SHORTEST_PART = 6;

/**
 * True when a value that is redacted in `before` would be seen in `after`: copied to another place, its variable renamed, the
 * mark removed that tells what it is. A value that `given` names is known to whoever gave it.
 */
export function isRevealing(before: KubernetesObject, after: KubernetesObject, given: unknown): boolean {
  const known = new Set(stringsIn(given));
  const secret = hiddenValues(before).filter((text) => !known.has(text));
  if (secret.length === 0) return false;
  const whole = new Set(secret);
  const parts = new Substrings(secret, SHORTEST_PART);
  const seen = new Map<string, number>();
  for (const text of stringsIn(redact(before))) seen.set(text, (seen.get(text) ?? 0) + 1);
  return stringsIn(redact(after)).some((text) => {
    const left = seen.get(text) ?? 0;
    if (left > 0) seen.set(text, left - 1);
    return left === 0 && (whole.has(text) || parts.isIn(text));
  });
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value as JsonObject).flatMap(stringsIn) : [];
}
