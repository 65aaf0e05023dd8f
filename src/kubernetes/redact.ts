import { UserError } from './errors.ts';
import { isObject, type JsonObject, type KubernetesObject, withoutNoise } from './objects.ts';

const MARKER = /^<redacted\b[^>]*>$/;
const SENSITIVE_NAME = /passw|pwd|passphrase|token|secret|credential|(^|[_.-])keys?($|[_.-])|[a-z]key$/i;
// user:password@ inside a URL.
const SENSITIVE_VALUE = /:\/\/[^/\s:@]*:[^/\s@]+@/;

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
  return redactEnvironment(clean, before) as KubernetesObject;
}

/**
 * The submitted object with each marker replaced by the value that stands at the same place in `live`.
 * @throws UserError for a marker where `live` holds no redacted value: it would be written as the value itself.
 */
export function restoreRedacted(submitted: KubernetesObject, live: KubernetesObject | undefined): KubernetesObject {
  return restore(submitted, live, live === undefined ? undefined : redact(live), '') as KubernetesObject;
}

function isSecretLike({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === 'Secret' && (apiVersion === undefined || apiVersion === 'v1');
}

function redactSecret(secret: KubernetesObject, before: KubernetesObject | undefined): KubernetesObject {
  const copy: KubernetesObject = { ...secret };
  for (const [field, encoding] of [
    ['data', 'base64'],
    ['stringData', 'utf8'],
  ] as const) {
    if (copy[field] === undefined) continue;
    const values = copy[field];
    const old = isObject(before?.[field]) ? before[field] : {};
    // Anything but a mapping of strings is not a Secret's data: nothing of it is shown.
    copy[field] = isObject(values)
      ? Object.fromEntries(
          Object.entries(values).map(([key, value]) => [key, marker(value, encoding, before && old[key] !== value)]),
        )
      : marker(values, encoding, false);
  }
  return withoutEchoes(copy, secret);
}

/** Shorter values than this also stand in texts by chance. */
const SHORTEST_ECHO = 4;

// Tools that make Secrets like to leave a copy of a value in an annotation.
function withoutEchoes(copy: KubernetesObject, secret: KubernetesObject): KubernetesObject {
  const annotations = copy.metadata?.annotations;
  if (!isObject(annotations)) return copy;
  const values = [secret.data, secret.stringData].flatMap((field) => (isObject(field) ? Object.values(field) : []));
  const echoes = values.flatMap((value) => {
    const text = String(value);
    return [text, Buffer.from(text, 'base64').toString()].filter((echo) => echo.length >= SHORTEST_ECHO);
  });
  const clean = Object.entries(annotations).map(([key, value]) => [
    key,
    echoes.some((echo) => String(value).includes(echo)) ? marker(value, 'utf8', false) : value,
  ]);
  return { ...copy, metadata: { ...copy.metadata, annotations: Object.fromEntries(clean) } };
}

// Literal values in any list of environment variables: containers' `env`, and what operators call `extraEnv` and the like.
function redactEnvironment(value: unknown, before: unknown, inEnv = false): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => redactEnvironment(item, counterpart(value, before, index), inEnv));
  }
  if (!isObject(value)) return value;
  const old = isObject(before) ? before : {};
  if (inEnv && isSensitive(value)) {
    return { ...value, value: marker(value.value, 'utf8', before !== undefined && old.value !== value.value) };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      redactEnvironment(item, old[key], Array.isArray(item) && /env/i.test(key)),
    ]),
  );
}

function isSensitive({ name, value }: JsonObject): boolean {
  if (value === undefined || value === null || value === '') return false;
  return SENSITIVE_NAME.test(String(name)) || SENSITIVE_VALUE.test(String(value));
}

function marker(value: unknown, encoding: 'base64' | 'utf8', changed: boolean | undefined): string {
  const size = typeof value === 'string' ? `${Buffer.byteLength(value, encoding)} bytes` : 'not a string';
  return `<redacted ${size}${changed ? ', changed' : ''}>`;
}

function restore(submitted: unknown, live: unknown, shown: unknown, path: string): unknown {
  if (isMarker(submitted)) {
    if (live !== undefined && isMarker(shown) && !isMarker(live)) return live;
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
  const from: JsonObject = isObject(live) ? live : {};
  const seen: JsonObject = isObject(shown) ? shown : {};
  return Object.fromEntries(
    Object.entries(submitted).map(([key, item]) => [
      key,
      restore(item, from[key], seen[key], path ? `${path}.${key}` : key),
    ]),
  );
}

// Named list members (containers, environment variables) keep their identity when the list is reordered.
function counterpart(list: unknown[], other: unknown, index: number): unknown {
  if (!Array.isArray(other)) return undefined;
  const item = list[index];
  if (!isObject(item) || typeof item.name !== 'string') return other[index];
  return other.find((candidate) => isObject(candidate) && candidate.name === item.name);
}
