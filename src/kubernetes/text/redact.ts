import { type KubernetesObject, withoutNoise } from '../apimachinery/objects.ts';
import { withoutEchoes } from './redaction/echoes.ts';
import { Redactor } from './redaction/redactor.ts';
import { restored } from './redaction/restoring.ts';

export { isMarker, withoutDigests } from './redaction/markers.ts';

/**
 * A copy that may be shown to a model: noise stripped, and replaced by markers every value of a Secret, whatever stands under
 * a name that says credential, and in every other string what redactText would replace. Keys stay. With `before`, the
 * markers of values that differ from those of that object say so.
 */
export function redact(object: KubernetesObject, before?: KubernetesObject): KubernetesObject {
  if (before === undefined) return lookAt(object).shown;
  const redactor = new Redactor(true);
  return withoutEchoes(redactor.object(withoutNoise(object), before), redactor.found) as KubernetesObject;
}

interface Look {
  shown: KubernetesObject;
  redactor: Redactor;
}

/** The same object is asked about several times within a call; none is changed once it was read. */
const looks = new WeakMap<KubernetesObject, Look>();

function lookAt(object: KubernetesObject): Look {
  const known = looks.get(object);
  if (known) return known;
  const redactor = new Redactor();
  const copy = redactor.object(withoutNoise(object), undefined);
  const look = { shown: withoutEchoes(copy, redactor.found) as KubernetesObject, redactor };
  looks.set(object, look);
  return look;
}

/** Every value that `redact` replaces in the object: as it stands there, and decoded where a Secret has it in base64. */
export function redactedValues(object: KubernetesObject): string[] {
  const { redactor } = lookAt(object);
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
