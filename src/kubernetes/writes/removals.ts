import { changedPaths, type FieldPath, pathText, valueAt } from '../apimachinery/field-path.ts';
import { jsonText } from '../apimachinery/json.ts';
import { deepEqual, isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { ownerReferencesOf } from '../apimachinery/ownership.ts';
import type { Change } from './change.ts';
import { type Danger, type DangerKind, danger } from './danger.ts';

/** A field that an update sets or, where it is undefined then, removes. */
interface SetField {
  path: FieldPath;
  key: string;
  was: unknown;
  is: unknown;
}

/** A field whose value makes a controller delete. */
interface FieldRule {
  key: RegExp;
  kinds?: readonly string[];
  when(field: SetField): boolean;
  danger: DangerKind;
}

const isLowered = ({ was, is }: SetField) => typeof is === 'number' && !(typeof was === 'number' && was <= is);
/** A taint of a node or a device; pods tolerate it in the same words. */
const evicts = ({ path, is }: SetField) =>
  is === 'NoExecute' && !path.some((step) => /tolerations$/i.test(String(step)));
/** What a policy becomes that keeps what it is about only where it says so. */
const letsGo = ({ was, is }: SetField) =>
  is === 'Delete' || is === 'Recycle' || (is === undefined && typeof was === 'string' && was !== 'Delete');
const becomes =
  (value: unknown) =>
  ({ is }: SetField) =>
    is === value;
const isSooner = (field: SetField) => field.is !== undefined && (typeof field.is !== 'number' || isLowered(field));
const always = () => true;

/** The first rule for a field applies; rules without kinds cover unknown kinds too. */
const FIELDS: readonly FieldRule[] = [
  { key: /^ttlSecondsAfterFinished$/, kinds: ['Job'], when: isLowered, danger: 'deletesSelf' },
  { key: /^ttlSecondsAfterFinished$/, when: isLowered, danger: 'deletesJobs' },
  { key: /^(successful|failed)JobsHistoryLimit$/, when: isLowered, danger: 'deletesJobs' },
  { key: /^concurrencyPolicy$/, when: becomes('Replace'), danger: 'deletesJobs' },
  { key: /^(revisionHistory|history)Limit$/, when: isLowered, danger: 'deletesRevisions' },
  { key: /^(activeDeadlineSeconds|backoffLimit\w*|maxFailedIndexes)$/, when: isLowered, danger: 'deletesPods' },
  { key: /^suspend$/, kinds: ['Job'], when: becomes(true), danger: 'deletesPods' },
  { key: /^parallelism$/, kinds: ['Job'], when: isLowered, danger: 'deletesPods' },
  { key: /^effect$/, when: evicts, danger: 'deletesPods' },
  { key: /^renewTime$|^leaseDurationSeconds$/, kinds: ['Lease'], when: always, danger: 'deletesManaged' },
  {
    key: /^when(Deleted|Scaled)$/,
    when: becomes('Delete'),
    danger: 'deletesVolumes',
  },
  { key: /(reclaim|deletion|retention)policy$/i, when: letsGo, danger: 'deletesVolumes' },
  { key: /policy$|^on[A-Z]\w*$/i, when: becomes('Delete'), danger: 'deletesManaged' },
  { key: /^prune$|^autoDelete$/i, when: becomes(true), danger: 'deletesManaged' },
  {
    key: /^ttl(seconds)?(after\w*|strategy)?$|[./_-](ttl|expires?)$|^expires(At|In)?$/i,
    when: isSooner,
    danger: 'deletesManaged',
  },
  {
    key: /^kubernetes\.io\/(service-account\.(name|uid)|legacy-token-invalid-since)$/,
    kinds: ['Secret'],
    when: always,
    danger: 'deletesSelf',
  },
];

/** Kinds whose status makes controllers delete: pods on nodes that are not ready, and finished objects. */
const BELIEVED = [
  'Node',
  'Pod',
  'Job',
  'CronJob',
  'Namespace',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ReplicaSet',
  'Deployment',
];

/** What controllers would delete because of an update or, for a creation, because its owner does not exist. */
export function removalsOf(change: Change): Danger[] {
  const { access, before, after } = change;
  if (!after || (access !== 'create' && access !== 'update')) return [];
  const owners = ownersOf(after).filter((owner) => !ownersOf(before).some((known) => deepEqual(known, owner)));
  const owned = owners.map(({ kind, name }) => danger('owned', `${kind} ${JSON.stringify(name)}`));
  if (!before) return [...owned, ...ofCreation(change, after)];
  return [
    ...owned,
    ...ofMetadata(before, after),
    ...ofFields(change, before, after),
    ...ofOtherParts(change, before, after),
  ];
}

/** What a new object makes controllers delete of others. */
function ofCreation({ kind }: Change, after: KubernetesObject): Danger[] {
  const evictions = setFields({}, { spec: after.spec }).filter((field) => field.key === 'effect' && evicts(field));
  const reclaim = ['spec', 'persistentVolumeReclaimPolicy'];
  const policy = valueAt(after, reclaim);
  const isReleased = kind === 'PersistentVolume' && valueAt(after, ['spec', 'claimRef']) !== undefined;
  return [
    // Others taint nodes that are still to come.
    ...(kind !== 'DeviceTaintRule' && kind !== 'ResourceSlice'
      ? []
      : evictions.map(({ path, is }) => becoming('deletesPods', path, is))),
    ...(isReleased && (policy === 'Delete' || policy === 'Recycle')
      ? [becoming('deletesVolumes', reclaim, policy)]
      : []),
  ];
}

function ofMetadata(before: KubernetesObject, after: KubernetesObject): Danger[] {
  const kept = after.metadata?.finalizers ?? [];
  const going = before.metadata?.deletionTimestamp !== undefined;
  const removed = (before.metadata?.finalizers ?? []).filter((finalizer) => !kept.includes(finalizer));
  const deletion = after.metadata?.deletionTimestamp;
  return [
    ...removed.map((finalizer) => danger(going ? 'goesForGood' : 'finalizerRemoved', finalizer)),
    ...(deletion === before.metadata?.deletionTimestamp
      ? []
      : [becoming('deletesSelf', ['metadata', 'deletionTimestamp'], deletion)]),
  ];
}

function ofFields({ kind, subresource }: Change, before: KubernetesObject, after: KubernetesObject): Danger[] {
  const withoutStatus = ({ status, metadata, ...rest }: KubernetesObject): JsonObject => ({
    ...rest,
    ...(subresource === undefined ? {} : { status }),
    metadata: { annotations: metadata?.annotations ?? {}, labels: metadata?.labels ?? {} },
  });
  return setFields(withoutStatus(before), withoutStatus(after)).flatMap((field) => {
    const rule = FIELDS.find(({ key, kinds }) => key.test(field.key) && (kinds?.includes(kind) ?? true));
    return rule?.when(field) ? [becoming(rule.danger, field.path, field.is)] : [];
  });
}

function ofOtherParts(
  { kind, subresource, parent }: Change,
  before: KubernetesObject,
  after: KubernetesObject,
): Danger[] {
  const at = (object: KubernetesObject | undefined, ...path: string[]) => valueAt(object, path);
  const differs = (...path: string[]) => !deepEqual(at(before, ...path), at(after, ...path));
  const found: Danger[] = [];
  if (subresource === 'status' && BELIEVED.includes(kind) && differs('status'))
    found.push(danger('statusBelieved', kind));
  // The StatefulSet says which claims it gives up when scaled down, even where only its scale is written.
  const replicas = at(after, 'spec', 'replicas');
  const policy = ['spec', 'persistentVolumeClaimRetentionPolicy', 'whenScaled'];
  if (
    kind === 'StatefulSet' &&
    Number(replicas) < Number(at(before, 'spec', 'replicas')) &&
    at(parent ?? after, ...policy) === 'Delete'
  )
    found.push(becoming('deletesVolumes', ['spec', 'replicas'], replicas));
  if (kind === 'PersistentVolume' && differs('spec', 'claimRef'))
    found.push(becoming('deletesVolumes', ['spec', 'claimRef'], at(after, 'spec', 'claimRef')));
  if (kind === 'Service' && at(before, 'spec', 'type') === 'LoadBalancer' && differs('spec', 'type'))
    found.push(becoming('deletesManaged', ['spec', 'type'], at(after, 'spec', 'type')));
  if (kind === 'Secret' && after.type === 'bootstrap.kubernetes.io/token' && differs('data', 'expiration'))
    found.push(danger('deletesSelf', 'data.expiration', '…'));
  return found;
}

function ownersOf(
  object: KubernetesObject | undefined,
): { kind: string; name: string; uid: unknown; apiVersion: unknown }[] {
  return ownerReferencesOf(object).map(({ kind, name, uid, apiVersion }) => ({
    ...{ kind: String(kind), name: String(name) },
    ...{ uid, apiVersion },
  }));
}

function setFields(before: JsonObject, after: JsonObject): SetField[] {
  return changedPaths(before, after)
    .flatMap((path) => {
      const is = valueAt(after, path);
      return leavesAt(is === undefined ? valueAt(before, path) : is, path);
    })
    .flatMap((path) => {
      const key = path.findLast((step) => typeof step === 'string');
      return key === undefined ? [] : [{ path, key, was: valueAt(before, path), is: valueAt(after, path) }];
    });
}

function leavesAt(value: unknown, path: FieldPath): FieldPath[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesAt(item, [...path, index]));
  if (isObject(value)) return Object.entries(value).flatMap(([key, item]) => leavesAt(item, [...path, key]));
  return [path];
}

function becoming(kind: DangerKind, path: FieldPath, value: unknown): Danger {
  return danger(
    kind,
    pathText(path),
    value === undefined ? 'absent' : typeof value === 'string' ? value : jsonText(value),
  );
}
