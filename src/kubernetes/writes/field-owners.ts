import { FIELD_MANAGER, mayTakeOver } from '../apimachinery/field-ownership.ts';
import { type FieldPath, fieldPathsOf, pathText, valueAt } from '../apimachinery/field-path.ts';
import { deepEqual, type KubernetesObject, type ManagedFields } from '../apimachinery/objects.ts';

/** A field that a write takes from its owner. */
export interface LostField {
  path: FieldPath;
  owner: string;
}

/** The API server puts the oldest of so many owners together. */
const MAX_UPDATERS = 10;
const TOGETHER = 'ancient-changes';

/** Managers that set a field again by themselves. */
const SETS_BACK =
  /argo|flux|kustomize-controller|helm-controller|fleet|config-sync|operator|controller|autoscaler|karpenter|keda/i;

/**
 * The fields that a write takes from others: whoever loses a field in the dry run owned it until then. What people set with
 * kubectl, and what we set, may be taken; a status belongs to its controller only where the status is what is written.
 */
export function lostFields(before: KubernetesObject, after: KubernetesObject, subresource?: string): LostField[] {
  return entriesOf(before).flatMap((entry): LostField[] => {
    const { manager: owner = '' } = entry;
    if (mayTakeOver(owner) || (entry.subresource === 'status' && subresource !== 'status')) return [];
    return missing(entry, before, after).map((path) => ({ path, owner }));
  });
}

/** What is to be said about a field and its owner. */
export function ownerText({ path, owner }: LostField): string {
  const isScale = owner === 'kube-controller-manager' && pathText(path) === 'spec.replicas';
  return `.${pathText(path)} (owned by ${owner}${isScale ? ', an autoscaler' : ''})`;
}

/** What its owners will do about it, as far as that is known of them. */
export function ownersAdvice(owners: readonly string[]): string {
  if (owners.includes('helm'))
    return 'The next helm upgrade sets it back, so the change belongs into the values of the release.';
  if (owners.some((owner) => SETS_BACK.test(owner)))
    return 'The owner would set it back or fight over it, so the change belongs at its source.';
  return '';
}

/**
 * True when the owners of fields are not what a write makes of them: somebody lost a field that did not change, or got one
 * without writing. So ownership was written as if it were data.
 */
export function hasForgedOwners(before: KubernetesObject | undefined, after: KubernetesObject): boolean {
  if (!before) return entriesOf(after).some(({ manager }) => manager !== FIELD_MANAGER);
  const old = entriesOf(before);
  // A server without field management says nothing of it.
  if (old.length === 0 && entriesOf(after).length === 0) return false;
  const others = old.filter(({ manager }) => manager !== FIELD_MANAGER);
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
  if (manager === FIELD_MANAGER) return false;
  // Made by the first apply to an object that nobody owned, and out of the oldest owners of one that too many own.
  if (manager === 'before-first-apply' && !old.some(({ operation }) => operation === 'Apply')) return false;
  if (manager === TOGETHER && isCrowded(before)) return false;
  const known = fieldTexts(old.find((one) => isSame(one, entry)));
  // Of a map that has lost all its members, the map itself is left.
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
