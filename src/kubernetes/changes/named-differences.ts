import { otherOwners } from '../apimachinery/field-ownership.ts';
import { changedPaths, type FieldPath, fieldText, valueAt } from '../apimachinery/field-path.ts';
import { manifestDifferences } from '../apimachinery/manifest-differences.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { isSameValue } from '../apimachinery/same-value.ts';
import { comparable } from '../text/diff.ts';
import { holdsMarker, withoutDigests } from '../text/markers.ts';
import { redact } from '../text/redact.ts';
import { valueText } from '../text/value-text.ts';

/** A field whose live value differs from the manifest's. */
export interface NamedDifference {
  /** `.spec.replicas` */
  path: string;
  live: string;
  manifest: string;
  /** Who owns it live and may set it back. */
  owners: string[];
}

/** How the fields a manifest names differ from the live object. */
export interface NamedDifferences {
  differences: NamedDifference[];
  /** Redacted fields: saying whether they are equal would confirm or refute a guess. */
  unsaid: string[];
}

const MAX_TEXT = 120;

/**
 * Compares the fields the manifest names, in redacted form, so that the result reveals nothing of a redacted value.
 */
export function namedDifferences(manifest: KubernetesObject, live: KubernetesObject): NamedDifferences {
  const found: NamedDifferences = { differences: [], unsaid: [] };
  const isSame = (own: unknown, is: unknown, path: FieldPath) =>
    !hidesSomething(is) && isSameValue(bare(own), bare(is), path);
  for (const { path, own, live: is } of manifestDifferences(redact(withData(manifest)), redact(live), isSame)) {
    if (hidesSomething(own) || hidesSomething(is)) found.unsaid.push(fieldText(path));
    else found.differences.push(difference(live, path, is, own));
  }
  return found;
}

/** How an object differs from what it would become; in a form that shows no redacted value, but where they differ. */
export function resultDifferences(live: KubernetesObject, result: KubernetesObject): NamedDifference[] {
  const [is, becomes] = [comparable(redact(live)), comparable(redact(result))];
  return changedPaths(is, becomes).map((path) => difference(live, path, valueAt(is, path), valueAt(becomes, path)));
}

function difference(object: KubernetesObject, path: FieldPath, live: unknown, manifest: unknown): NamedDifference {
  const owners = path.every((step) => typeof step === 'string') ? otherOwners(object, ...path) : [];
  return { path: fieldText(path), live: valueText(live, MAX_TEXT), manifest: valueText(manifest, MAX_TEXT), owners };
}

/** Does the object, as it may be shown, leave out a value? */
export function isPartlyRedacted(object: KubernetesObject): boolean {
  return hidesSomething(redact(object));
}

/** A Secret as it is stored. */
function withData(manifest: KubernetesObject): KubernetesObject {
  const { stringData, ...rest } = manifest;
  if (manifest.kind !== 'Secret' || !isObject(stringData)) return manifest;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return { ...rest, data: { ...(isObject(rest.data) ? rest.data : {}), ...Object.fromEntries(encoded) } };
}

function hidesSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hidesSomething);
  return isObject(value) ? Object.values(value).some(hidesSomething) : holdsMarker(value);
}

function bare(value: unknown): unknown {
  return typeof value === 'string' ? withoutDigests(value) : value;
}
