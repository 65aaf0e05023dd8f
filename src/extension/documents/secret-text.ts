import type { FieldPath } from '../../kubernetes/apimachinery/field-path.ts';
import { isObject, type KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { holdsMarker } from '../../kubernetes/text/markers.ts';
import { plainValue } from './redacted-values.ts';

/**
 * A redacted Secret for people to edit: its values under `stringData`, where they are written as text. Binary ones
 * stay under `data`.
 */
export function secretAsText(shown: KubernetesObject, object: KubernetesObject): KubernetesObject {
  if (!isSecret(shown) || !isObject(shown.data)) return shown;
  const { data, ...rest } = shown;
  const isText = ([key]: [string, unknown]) => isWritten(object, key);
  const entries = Object.entries(data);
  const texts = entries.filter(isText);
  const others = entries.filter((entry) => !isText(entry));
  return {
    ...rest,
    ...(others.length > 0 ? { data: Object.fromEntries(others) } : {}),
    ...(texts.length > 0 ? { stringData: Object.fromEntries(texts) } : {}),
  };
}

/** The same with everything under `data`, as the cluster has it. Markers stay: they are restored there. */
export function secretAsData(given: KubernetesObject): KubernetesObject {
  if (!isSecret(given) || !isObject(given.stringData)) return given;
  const { stringData, data, ...rest } = given;
  const entries = Object.entries(stringData);
  // The API server says what is wrong with others.
  const others = entries.filter(([, value]) => typeof value !== 'string');
  const texts = entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, encoded(value)]] : []));
  return {
    ...rest,
    data: { ...(isObject(data) ? data : {}), ...Object.fromEntries(texts) },
    ...(others.length > 0 ? { stringData: Object.fromEntries(others) } : {}),
  };
}

/** Where a field of the Secret may stand in the text of a person who edits it. */
export function pathInText({ stringData }: KubernetesObject, path: FieldPath): FieldPath {
  const [first, key] = path;
  const isText = first === 'data' && typeof key === 'string' && isObject(stringData) && Object.hasOwn(stringData, key);
  return isText ? ['stringData', ...path.slice(1)] : path;
}

/** Where a field of the text stands in the object that the cluster has. */
export function pathInObject({ kind }: KubernetesObject, path: FieldPath): FieldPath {
  const [first, ...rest] = path;
  return kind === 'Secret' && first === 'stringData' ? ['data', ...rest] : path;
}

function isSecret({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === 'Secret' && apiVersion === 'v1';
}

function isWritten(object: KubernetesObject, key: string): boolean {
  const text = plainValue(object, ['data', key]);
  return text !== undefined && Buffer.from(text).toString('base64') === (object.data as Record<string, unknown>)[key];
}

function encoded(text: string): string {
  return holdsMarker(text) ? text : Buffer.from(text).toString('base64');
}
