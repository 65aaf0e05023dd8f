import { isOwnManager, mayTakeOver } from '../apimachinery/field-ownership.ts';
import { type FieldPath, fieldPathsOf, pathText, valueAt } from '../apimachinery/field-path.ts';
import { deepEqual, type KubernetesObject, type ManagedFields } from '../apimachinery/objects.ts';

/** A field that a write takes from its owner. */
export interface LostField {
  path: FieldPath;
  owner: string;
}

/** Above this number, the API server merges the oldest owners. */
const MAX_UPDATERS = 10;
const TOGETHER = 'ancient-changes';

/** Managers that set a field again by themselves. */
const SETS_BACK =
  /argo|flux|kustomize-controller|helm-controller|fleet|config-sync|operator|controller|autoscaler|karpenter|keda/i;

/**
 * The fields that a write takes from others: whoever loses a field in the dry run owned it before. Fields set with
 * kubectl or by us may be taken; status fields count only where the status is written.
 */
export function lostFields(before: KubernetesObject, after: KubernetesObject, subresource?: string): LostField[] {
  return entriesOf(before).flatMap((entry): LostField[] => {
    const { manager: owner = '' } = entry;
    if (mayTakeOver(owner) || (entry.subresource === 'status' && subresource !== 'status')) return [];
    return missing(entry, before, after).map((path) => ({ path, owner }));
  });
}

/** Describes a field and its owner. */
export function ownerText({ path, owner }: LostField): string {
  const isScale = owner === 'kube-controller-manager' && pathText(path) === 'spec.replicas';
  return `.${pathText(path)} (owned by ${owner}${isScale ? ', an autoscaler' : ''})`;
}

/** What its owners are known to do about it. */
export function ownersAdvice(owners: readonly string[]): string {
  if (owners.includes('helm'))
    return 'The next helm upgrade sets it back, so the change belongs into the values of the release.';
  if (owners.some((owner) => SETS_BACK.test(owner)))
    return 'The owner would set it back or fight over it, so the change belongs at its source.';
  return '';
}

/**
 * True when the field owners are not those the write would produce: somebody lost a field that did not change, or got
 * one without writing it. So managedFields were written as data.
 */
export function hasForgedOwners(before: KubernetesObject | undefined, after: KubernetesObject): boolean {
  if (!before) return entriesOf(after).some(({ manager }) => !isOwnManager(manager));
  const old = entriesOf(before);
  // The server does not support field management.
  if (old.length === 0 && entriesOf(after).length === 0) return false;
  const others = old.filter(({ manager }) => !isOwnManager(manager));
  const isSet = (path: FieldPath) => valueAt(after, path) !== undefined;
  const isUntouched = (path: FieldPath) => isSet(path) && deepEqual(valueAt(before, path), valueAt(after, path));
  return (
    others.some((entry) => missing(entry, before, after).some(isUntouched)) ||
    entriesOf(after).some((entry) => isForged(entry, before))
  );
}

function isForged(entry: ManagedFields, before: KubernetesObject): boolean {
  const old = entriesOf(before);
  const { manager } = entry;
  if (isOwnManager(manager)) return false;
  // Created by the first apply to an object without owners, and by merging the oldest of too many owners.
  if (manager === 'before-first-apply' && !old.some(({ operation }) => operation === 'Apply')) return false;
  if (manager === TOGETHER && isCrowded(before)) return false;
  const known = fieldTexts(old.find((one) => isSame(one, entry)));
  // Of a map that has lost all its members, the map itself remains.
  const isKnown = (path: string) =>
    known.some((one) => one === path || one.startsWith(`${path}.`) || one.startsWith(`${path}[`));
  return fieldTexts(entry).some((path) => !isKnown(path));
}

function missing(entry: ManagedFields, before: KubernetesObject, after: KubernetesObject): FieldPath[] {
  const together = isCrowded(before) ? entriesOf(after).filter(({ manager }) => manager === TOGETHER) : [];
  const kept = new Set([entriesOf(after).find((one) => isSame(entry, one)), ...together].flatMap(fieldTexts));
  return entry.fieldsV1 ? fieldPathsOf(entry.fieldsV1).filter((path) => !kept.has(pathText(path))) : [];
}

function isCrowded(object: KubernetesObject): boolean {
  return entriesOf(object).filter(({ operation }) => operation === 'Update').length >= MAX_UPDATERS;
}

function entriesOf(object: KubernetesObject): ManagedFields[] {
  const entries = object.metadata?.managedFields;
  return Array.isArray(entries) ? entries : [];
}

function fieldTexts(entry: ManagedFields | undefined): string[] {
  return entry?.fieldsV1 ? fieldPathsOf(entry.fieldsV1).map(pathText) : [];
}

function isSame(a: ManagedFields, b: ManagedFields): boolean {
  return (['manager', 'operation', 'subresource', 'apiVersion'] as const).every((key) => a[key] === b[key]);
}
