import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { isMarker } from '../text/markers.ts';
import { redact } from '../text/redact.ts';

/**
 * The object for the user who reviews a write: redacted as everywhere, except the values the writer gave. The writer
 * knows these, and the user must see them. Secret values are shown as stored, with their text beside them.
 */
export function shownToUser(
  object: KubernetesObject,
  before: KubernetesObject | undefined,
  submitted: unknown,
): KubernetesObject {
  const known = new Set(leavesIn(submitted).flatMap(asStored));
  return shown(object, redact(object, before), known, object.kind === 'Secret') as KubernetesObject;
}

/** The texts of what the writer gave, as given, as stored, and as the user sees them. */
export function submittedTexts(submitted: unknown): string[] {
  return leavesIn(submitted).flatMap((text) => [...asStored(text), Buffer.from(text, 'base64').toString()]);
}

function asStored(text: string): string[] {
  // The API server stores base64 padded and without line breaks.
  return [text, Buffer.from(text).toString('base64'), Buffer.from(text, 'base64').toString('base64')];
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
