import { otherOwners } from '../apimachinery/field-ownership.ts';
import { changedPaths, valueAt } from '../apimachinery/field-path.ts';
import { memberName } from '../apimachinery/named-members.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { isSameValue } from '../apimachinery/same-value.ts';
import { holdsMarker } from '../text/counterparts.ts';
import { comparable } from '../text/diff.ts';
import { redact, withoutDigests } from '../text/redact.ts';

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
/** Fields that nobody sets by a manifest. */
const NOT_SET =
  /^\.(?:status|metadata\.(?:uid|generation|selfLink|creationTimestamp|managedFields|resourceVersion|ownerReferences))(?:[.[]|$)/;

/**
 * Compares the fields the manifest names, in redacted form, so that the result reveals nothing of a redacted value.
 * Whatever the manifest does not name, including members of named lists, is a default or somebody else's.
 */
export function namedDifferences(manifest: KubernetesObject, live: KubernetesObject): NamedDifferences {
  const found: NamedDifferences = { differences: [], unsaid: [] };
  const [own, is] = [redact(withData(manifest)), redact(live)];
  const walk = (wanted: unknown, has: unknown, path: string, steps: readonly string[] | undefined) => {
    if (NOT_SET.test(path) || wanted === null || wanted === undefined) return;
    if (isObject(wanted) && (isObject(has) || has === undefined)) {
      if (has === undefined && Object.keys(wanted).length === 0) return;
      for (const [key, value] of Object.entries(wanted))
        walk(value, isObject(has) ? has[key] : undefined, `${path}${stepText(key)}`, steps && [...steps, key]);
      return;
    }
    if (Array.isArray(wanted) && Array.isArray(has) && wanted.every((one) => memberName(one) !== undefined)) {
      for (const value of wanted) {
        const name = memberName(value);
        const member = has.find((one) => memberName(one) === name);
        if (member === undefined) compare(value, undefined, `${path}[${name}]`, undefined);
        else walk(value, member, `${path}[${name}]`, undefined);
      }
      return;
    }
    if (Array.isArray(wanted) && Array.isArray(has) && wanted.length === has.length && wanted.some(isObject)) {
      for (const [index, value] of wanted.entries()) walk(value, has[index], `${path}[${index}]`, undefined);
      return;
    }
    compare(wanted, has, path, steps);
  };
  const compare = (wanted: unknown, has: unknown, path: string, steps: readonly string[] | undefined) => {
    if (hidesSomething(wanted) || hidesSomething(has)) {
      if (!isSameValue(bare(wanted), bare(has)) || hidesSomething(has)) found.unsaid.push(path);
      return;
    }
    if (isSameValue(wanted, has)) return;
    const owners = steps ? otherOwners(live, ...steps) : [];
    found.differences.push({ path, live: textOf(has), manifest: textOf(wanted), owners });
  };
  const { apiVersion: _, kind: _kind, ...content } = own;
  walk(content, is, '', []);
  return found;
}

/** How an object differs from what it would become; in a form that shows no redacted value, but where they differ. */
export function resultDifferences(live: KubernetesObject, result: KubernetesObject): NamedDifference[] {
  const [is, becomes] = [comparable(redact(live)), comparable(redact(result))];
  return changedPaths(is, becomes).map((path) => {
    const steps = path.every((step) => typeof step === 'string') ? path : undefined;
    const text = path.reduce<string>((before, step) => {
      if (typeof step === 'string') return `${before}${stepText(step)}`;
      return `${before}[${typeof step === 'object' && 'keys' in step ? step.keys.name : String(step)}]`;
    }, '');
    const owners = steps ? otherOwners(live, ...steps) : [];
    return { path: text, live: textOf(valueAt(is, path)), manifest: textOf(valueAt(becomes, path)), owners };
  });
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

function stepText(key: string): string {
  return /[./[\]]/.test(key) ? `[${key}]` : `.${key}`;
}

function hidesSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hidesSomething);
  return isObject(value) ? Object.values(value).some(hidesSomething) : holdsMarker(value);
}

function bare(value: unknown): unknown {
  return typeof value === 'string' ? withoutDigests(value) : value;
}

function textOf(value: unknown): string {
  const text = value === undefined ? 'nothing' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
