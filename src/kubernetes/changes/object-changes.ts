import { fieldPathsOf } from '../apimachinery/field-path.ts';
import type { KubernetesObject, ManagedFields } from '../apimachinery/objects.ts';
import { ownedFieldsText } from '../apimachinery/owned-fields.ts';
import { controllerOf } from '../apimachinery/ownership.ts';
import { redact } from '../text/redact.ts';
import { CHANGE_CAUSE } from '../workloads/revisions.ts';

/** A change, with its author and time. */
export interface Change {
  /** Milliseconds since the epoch. */
  time: number;
  /** `Deployment` */
  kind: string;
  namespace: string | undefined;
  name: string;
  /** The field manager or reporting component; undefined where unknown. */
  by: string | undefined;
  what: string;
  /** Routine work of controllers, or a consequence of something else. */
  isNoise: boolean;
}

/** Annotation of a ReplicaSet. */
const REVISION = 'deployment.kubernetes.io/revision';

/** Manager names of Kubernetes' own controllers and nodes. */
const COMPONENTS =
  /^(kube-controller-manager|kube-scheduler|kubelet|kube-apiserver|cloud-controller-manager|kwok|k3s|apiserver|metrics-server)$/;
/** The API server stores whole seconds. */
const SECOND_MS = 1_000;

/**
 * The changes since a time, in milliseconds, that an object's metadata records. A manager has only the time of its last
 * write and the set of all its fields; which of them it wrote last is not recorded.
 */
export function changesOf(object: KubernetesObject, kind: string, since: number): Change[] {
  const { name = '', namespace, creationTimestamp, managedFields } = object.metadata ?? {};
  const entries = (Array.isArray(managedFields) ? managedFields : []).filter(({ time }) => time !== undefined);
  const created = Date.parse(creationTimestamp ?? '');
  const first = creatorOf(entries, created);
  const base = { kind, namespace, name };
  const changes = entries
    .filter((entry) => entry !== first && Date.parse(entry.time ?? '') >= since)
    .map((entry) => ({ ...base, ...written(entry) }));
  if (created >= since) changes.push({ ...base, time: created, by: first?.manager, ...creationOf(object, first) });
  const deleted = deletionOf(object, since);
  return deleted ? [...changes, { ...base, ...deleted }] : changes;
}

// Entries of the same second are sorted by name; the creator is the one that wrote most besides metadata.
function creatorOf(entries: readonly ManagedFields[], created: number): ManagedFields | undefined {
  const content = ({ fieldsV1 = {} }: ManagedFields) => {
    const { 'f:metadata': _, ...rest } = fieldsV1;
    return Object.keys(rest).length === 0 ? 0 : fieldPathsOf(rest).length;
  };
  const candidates = entries.filter(({ time, subresource }) => !subresource && isAt(time, created));
  return candidates.sort((a, b) => content(b) - content(a))[0];
}

function isAt(time: string | undefined, created: number): boolean {
  return Math.abs(Date.parse(time ?? '') - created) <= SECOND_MS;
}

function written(entry: ManagedFields): Pick<Change, 'time' | 'by' | 'what' | 'isNoise'> {
  const { manager = '', subresource, operation, time = '', fieldsV1 } = entry;
  const fields = ownedFieldsText(fieldsV1);
  const how = operation === 'Apply' ? 'applied' : 'wrote';
  const isScaling = subresource === 'scale';
  return {
    time: Date.parse(time),
    by: manager,
    what: isScaling ? `scaled ${fields}` : `${how} ${fields || 'no field that is still its own'}`,
    isNoise: (subresource !== undefined && subresource !== '' && !isScaling) || COMPONENTS.test(manager),
  };
}

// For an object created on behalf of a controller, the owner says more than the field manager.
function creationOf(object: KubernetesObject, first: ManagedFields | undefined): Pick<Change, 'what' | 'isNoise'> {
  const { metadata } = object;
  const owner = controllerOf(object);
  const revision = metadata?.annotations?.[REVISION];
  if (owner && revision !== undefined) {
    const cause = redact(object).metadata?.annotations?.[CHANGE_CAUSE];
    return { what: `revision ${revision} of ${owner.kind}/${owner.name}${cause ? ` (${cause})` : ''}`, isNoise: false };
  }
  if (owner) return { what: `created for ${owner.kind}/${owner.name}`, isNoise: true };
  return { what: 'created', isNoise: COMPONENTS.test(first?.manager ?? '') || isOfItself(object) };
}

// Every namespace has it, created by a controller that sets no manager name.
function isOfItself({ metadata }: KubernetesObject): boolean {
  return metadata?.name === 'default' && metadata.managedFields === undefined;
}

function deletionOf(
  { metadata }: KubernetesObject,
  since: number,
): Pick<Change, 'time' | 'by' | 'what' | 'isNoise'> | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers = [] } = metadata ?? {};
  // deletionTimestamp is the end of the grace period.
  const time = Date.parse(deletionTimestamp ?? '') - Number(deletionGracePeriodSeconds ?? 0) * SECOND_MS;
  if (!(time >= since)) return undefined;
  const held = finalizers.length > 0 ? `, held by ${finalizers.join(', ')}` : '';
  return { time, by: undefined, what: `deletion asked for${held}`, isNoise: false };
}
