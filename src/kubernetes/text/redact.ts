import { UserError } from '../apimachinery/errors.ts';
import { jsonText } from '../apimachinery/json.ts';
import { deepEqual, isObject, type JsonObject, type KubernetesObject, withoutNoise } from '../apimachinery/objects.ts';

const MARKER = /^<redacted\b[^>]*>$/;
const SENSITIVE_NAME = /passw|pwd|passphrase|token|secret|credential|(^|[_.-])keys?($|[_.-])|[a-z]key$/i;
// user:password@ inside a URL; a password may hold what should have been escaped. Bounded, so that no text makes it slow.
const SENSITIVE_VALUE = /:\/\/[^/\s:@]*:[^\s@]{1,1024}@/;
/** What a Secret shows of itself; whatever else stands in one may be a value in the wrong place. */
const SECRET_FIELDS = new Set(['apiVersion', 'kind', 'metadata', 'type', 'immutable']);
/** Text that holds an object: JSON, or gzip in base64. */
const PACKED = /^\s*[{[]|^H4sI/;

/** True for what `redact` puts in the place of a value. */
export function isMarker(value: unknown): boolean {
  return typeof value === 'string' && MARKER.test(value);
}

/**
 * A copy that may be shown to a model: noise stripped, every value of a Secret and every literal environment value whose
 * name says that it is one replaced by a marker that gives its length in bytes. Keys stay. With `before`, the markers of
 * values that differ from those of that object say so.
 */
export function redact(object: KubernetesObject, before?: KubernetesObject): KubernetesObject {
  const clean = withoutNoise(object);
  if (isSecretLike(object)) return redactSecret(clean, before);
  const shown = redactEnvironment(clean, before) as KubernetesObject;
  // Helm can be told to keep its releases, with all their values, in ConfigMaps.
  const release = object.kind === 'ConfigMap' && object.metadata?.labels?.owner === 'helm';
  return release ? { ...shown, data: hidden(clean.data, 'utf8', before && [before.data]) } : shown;
}

/**
 * The submitted object with each marker replaced by the value that stands at the same place in `live`.
 * @throws UserError for a marker where `live` holds no redacted value: it would be written as the value itself.
 */
export function restoreRedacted(submitted: KubernetesObject, live: KubernetesObject | undefined): KubernetesObject {
  return restore(submitted, live, live === undefined ? undefined : redact(live), '') as KubernetesObject;
}

/**
 * True when a value that is hidden in `before` would be seen in `after`: copied to another place, its variable renamed, the
 * mark removed that tells what it is. A value that `given` names is known to whoever gave it.
 */
export function isRevealing(before: KubernetesObject, after: KubernetesObject, given: unknown): boolean {
  const known = new Set(stringsIn(given));
  const secret = hiddenStrings(withoutNoise(before), redact(before)).filter((text) => text !== '' && !known.has(text));
  if (secret.length === 0) return false;
  const [was, is] = [before, after].map((object) => stringsIn(redact(object)));
  const count = (texts: readonly string[] = [], text: string) => texts.filter((one) => one === text).length;
  return secret.some((text) => count(is, text) > count(was, text));
}

function hiddenStrings(value: unknown, shown: unknown): string[] {
  if (typeof value === 'string') return isMarker(shown) && shown !== value ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (typeof shown !== 'object' || shown === null) return stringsIn(value);
  return Object.entries(value).flatMap(([key, item]) => hiddenStrings(item, (shown as JsonObject)[key]));
}

function isSecretLike({ apiVersion, kind }: KubernetesObject): boolean {
  return /^secret$/i.test(textOf(kind)) && (apiVersion === undefined || apiVersion === 'v1');
}

function redactSecret(secret: KubernetesObject, before: KubernetesObject | undefined): KubernetesObject {
  const fields = Object.entries(secret).map(([field, value]) => {
    if (SECRET_FIELDS.has(field)) return [field, value];
    return [field, hidden(value, field === 'data' ? 'base64' : 'utf8', before && [member(before, field)])];
  });
  return withoutEchoes(Object.fromEntries(fields), secret, before);
}

/** A marker for each value of a mapping, or for the whole of what is none; `before` holds what was there, if it is known. */
function hidden(values: unknown, encoding: 'base64' | 'utf8', before: [unknown] | undefined): unknown {
  if (!isObject(values)) return marker(values, encoding, before && !deepEqual(before[0], values));
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      marker(value, encoding, before && !deepEqual(member(before[0], key), value)),
    ]),
  );
}

/** Shorter values than this also stand in texts by chance. */
const SHORTEST_ECHO = 4;

// Tools that make Secrets like to leave a copy of a value, or of the whole Secret, in an annotation.
function withoutEchoes(
  copy: KubernetesObject,
  secret: KubernetesObject,
  before: KubernetesObject | undefined,
): KubernetesObject {
  const annotations = copy.metadata?.annotations;
  if (!isObject(annotations)) return copy;
  const echoes = stringsIn([secret.data, secret.stringData]).flatMap((text) =>
    [text, Buffer.from(text, 'base64').toString()].filter((echo) => echo.length >= SHORTEST_ECHO),
  );
  const old = before?.metadata?.annotations;
  const clean = Object.entries(annotations).map(([key, value]) => {
    const text = textOf(value);
    if (!PACKED.test(text) && !echoes.some((echo) => text.includes(echo))) return [key, value];
    return [key, marker(value, 'utf8', before && member(old, key) !== value)];
  });
  return { ...copy, metadata: { ...copy.metadata, annotations: Object.fromEntries(clean) } };
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

// What a manifest puts in the place of a string may not be convertible to one.
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (jsonText(value) ?? '');
}

// Literal values in any list or mapping of environment variables: containers' `env`, and what operators call `extraEnv` and
// the like; and what annotations repeat of them.
function redactEnvironment(value: unknown, before: unknown, inEnv = false): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => {
      const old = counterpart(value, before, index);
      if (!inEnv || !isObject(item) || !isSensitive(item.name ?? item.key, item.value))
        return redactEnvironment(item, old, inEnv && !isNamed(item));
      const changed = before !== undefined && member(old, 'value') !== item.value;
      return { ...item, value: marker(item.value, 'utf8', changed) };
    });
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const old = member(before, key);
      if (inEnv && isScalar(item) && isSensitive(key, item))
        return [key, marker(item, 'utf8', before !== undefined && old !== item)];
      if (key === 'annotations' && isObject(item)) return [key, redactAnnotations(item, old)];
      return [key, redactEnvironment(item, old, /env/i.test(key))];
    }),
  );
}

// Tools that apply objects keep what they applied in an annotation, the values of its variables included.
function redactAnnotations(annotations: JsonObject, before: unknown): JsonObject {
  const shown = Object.entries(annotations).map(([key, value]) => {
    if (typeof value !== 'string' || !PACKED.test(value) || holdsNoSecret(value)) return [key, value];
    return [key, marker(value, 'utf8', before !== undefined && member(before, key) !== value)];
  });
  return Object.fromEntries(shown);
}

function holdsNoSecret(text: string): boolean {
  try {
    const packed: unknown = JSON.parse(text);
    const objects = (Array.isArray(packed) ? packed : [packed]).filter(isObject);
    return objects.every((object) => deepEqual(redact(object), withoutNoise(object)));
  } catch {
    return false;
  }
}

function isSensitive(name: unknown, value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  return SENSITIVE_NAME.test(textOf(name)) || SENSITIVE_VALUE.test(textOf(value));
}

function isNamed(item: unknown): boolean {
  return isObject(item) && (item.name !== undefined || item.key !== undefined);
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object';
}

function marker(value: unknown, encoding: 'base64' | 'utf8', changed: boolean | undefined): string {
  const size = typeof value === 'string' ? `${Buffer.byteLength(value, encoding)} bytes` : 'not a string';
  return `<redacted ${size}${changed ? ', changed' : ''}>`;
}

function restore(submitted: unknown, live: unknown, shown: unknown, path: string): unknown {
  if (isMarker(submitted)) {
    if (live !== undefined && isMarker(shown)) return live;
    throw new UserError(
      `${path || 'The manifest'} holds the marker "${String(submitted)}", but nothing is redacted there. A marker keeps a value only where get_resource showed it: give the value itself, or leave the field out.`,
    );
  }
  if (Array.isArray(submitted)) {
    return submitted.map((item, index) =>
      restore(item, counterpart(submitted, live, index), counterpart(submitted, shown, index), `${path}[${index}]`),
    );
  }
  if (!isObject(submitted)) return submitted;
  return Object.fromEntries(
    Object.entries(submitted).map(([key, item]) => [
      key,
      restore(item, member(live, key), member(shown, key), path ? `${path}.${key}` : key),
    ]),
  );
}

// Named list members (containers, environment variables) keep their identity when the list is reordered.
function counterpart(list: unknown[], other: unknown, index: number): unknown {
  if (!Array.isArray(other)) return undefined;
  const named = (one: unknown) => isObject(one) && one.name === name;
  const item = list[index];
  const name = isObject(item) ? item.name : undefined;
  if (typeof name !== 'string') return other[index];
  // A name may be given twice; then the order decides.
  return other.filter(named)[list.slice(0, index).filter(named).length];
}

function member(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}
