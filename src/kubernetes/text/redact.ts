import { type KubernetesObject, withoutNoise } from '../apimachinery/objects.ts';
import { utf8Text } from '../apimachinery/utf8.ts';
import { withoutEchoes } from './redaction/echoes.ts';
import { Redactor } from './redaction/redactor.ts';
import { restored } from './redaction/restoring.ts';

/**
 * A copy that is safe to show to a model: without noise, and with markers for every value of a Secret, for everything
 * under a credential's name, and for what redactText would replace in other strings. Keys stay. With `before`, markers
 * say which values differ from that object.
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

/** Cached: the same object is used several times within a call, and objects are not changed once read. */
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

/** Every value that `redact` replaces in the object: as it stands there, and decoded if a Secret has it in base64. */
export function redactedValues(object: KubernetesObject): string[] {
  const { redactor } = lookAt(object);
  const values = new Set(redactor.found);
  for (const text of redactor.encoded) values.add(utf8Text(Buffer.from(text, 'base64')) ?? '');
  values.delete('');
  return [...values];
}

/**
 * The submitted object with each marker, also within a text, replaced by the value at the same place in `live`.
 * @throws UserError for a marker where `live` has no such value: it would be written as the value itself.
 */
export function restoreRedacted(submitted: KubernetesObject, live: KubernetesObject | undefined): KubernetesObject {
  return restored(submitted, live, live === undefined ? undefined : redact(live), '') as KubernetesObject;
}
