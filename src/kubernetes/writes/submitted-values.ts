import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { isMarker, redact } from '../text/redact.ts';

/**
 * The object for the user who reviews a write: redacted as everywhere, except the values the writer gave. The writer
 * knows these, and the user must see them. Secret values are shown as stored, with their text beside them.
 */
export function shownToUser(
  object: KubernetesObject,
  before: KubernetesObject | undefined,
  submitted: unknown,
): KubernetesObject {
  const known = new Set<string>();
  for (const text of leavesIn(submitted)) {
    known.add(text);
    known.add(Buffer.from(text).toString('base64'));
    // The API server stores base64 padded and without line breaks.
    known.add(Buffer.from(text, 'base64').toString('base64'));
  }
  return shown(object, redact(object, before), known, object.kind === 'Secret') as KubernetesObject;
}

function shown(value: unknown, redacted: unknown, known: ReadonlySet<string>, inSecret: boolean): unknown {
  if (value === redacted) return value;
  if (Array.isArray(value) && Array.isArray(redacted))
    return value.map((item, index) => shown(item, redacted[index], known, inSecret));
  if (isObject(value) && isObject(redacted))
    return Object.fromEntries(
      Object.entries(redacted).map(([key, item]) => [key, shown(value[key], item, known, inSecret)]),
    );
  // An empty value is no secret.
  if (!leavesIn(value).every((text) => text === '' || known.has(text))) return redacted;
  return inSecret && isMarker(redacted) ? withText(value) : value;
}

function withText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = Buffer.from(value, 'base64');
  const isText = text.toString('base64') === value && !text.toString().includes('\uFFFD');
  return isText ? `${value} (${text})` : value;
}

function leavesIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesIn);
  return value === undefined || value === null ? [] : [String(value)];
}
