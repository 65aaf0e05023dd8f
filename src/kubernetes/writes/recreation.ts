import { pathOf } from '../apimachinery/api-resource.ts';
import {
  jobWithoutAssigned,
  podWithoutAssigned,
  withoutIdentity,
  withoutMarks,
  withoutOwnFinalizers,
} from '../apimachinery/assigned-values.ts';
import { isApiError, UserError } from '../apimachinery/errors.ts';
import { fieldAt } from '../apimachinery/fields.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { ownerReferencesOf } from '../apimachinery/ownership.ts';
import { type Kind, kinds } from '../apimachinery/well-known-kinds.ts';
import { type Danger, danger } from './danger.ts';
import type { Writer } from './writer.ts';

const TIMEOUT_MS = 5_000;

/** A deleted object as a manifest that creates it again. */
export interface Recreation {
  object: KubernetesObject;
  /** What the manifest does not show. */
  consequences: Danger[];
}

/**
 * The deleted object without what the API server, controllers and the scheduler gave to it alone, and without owners
 * that are gone. @throws UserError where its data are gone.
 */
export async function recreationOf(deleted: KubernetesObject, writer: Writer): Promise<Recreation> {
  const { status: _, metadata = {}, ...rest } = deleted;
  const { name, namespace, labels, annotations, finalizers } = metadata;
  const owners = await livingOwners(deleted, writer);
  const own = withoutOwnFinalizers({ name, namespace, labels, annotations, finalizers });
  const marked = keepsMarks(deleted, owners) ? own : withoutMarks(own);
  const object: KubernetesObject = {
    ...rest,
    metadata: { ...marked, ...(owners.length > 0 && { ownerReferences: owners }) },
  };
  const consequences = deleted.kind === 'PersistentVolumeClaim' ? await volumeDangers(deleted, writer) : [];
  return { object: isObject(object.spec) ? await withoutAssigned(object, object.spec, writer) : object, consequences };
}

/** The Service without addresses and ports that another may have got since. */
export function withoutAddresses(service: KubernetesObject): KubernetesObject {
  if (!isObject(service.spec)) return service;
  const { clusterIP, clusterIPs: _ips, healthCheckNodePort: _port, ports, ...kept } = service.spec;
  const unnumbered = Array.isArray(ports)
    ? ports.map((port) => {
        const { nodePort: _node, ...rest } = isObject(port) ? port : {};
        return rest;
      })
    : [];
  return { ...service, spec: { ...kept, ...(clusterIP === 'None' && { clusterIP }), ports: unnumbered } };
}

/** Kinds that controllers put marks on. On others the user has put what only looks so. */
const MARKED = [
  ...['Pod', 'Job', 'ReplicaSet', 'ControllerRevision', 'Deployment', 'StatefulSet', 'DaemonSet'],
  ...['PersistentVolumeClaim'],
];

// By its marks a living controller finds the object. Those of a Job are its own, those of a claim tell of a volume that
// it has no more, and without those of a volume its provisioner does not know it.
function keepsMarks({ kind }: KubernetesObject, owners: readonly JsonObject[]): boolean {
  if (!MARKED.includes(kind ?? '')) return true;
  return kind !== 'Job' && kind !== 'PersistentVolumeClaim' && owners.some(({ controller }) => controller === true);
}

async function withoutAssigned(object: KubernetesObject, spec: JsonObject, writer: Writer): Promise<KubernetesObject> {
  switch (`${object.apiVersion}/${object.kind}`) {
    case 'v1/Pod':
      return { ...object, spec: podWithoutAssigned(spec) };
    case 'batch/v1/Job':
      return { ...object, spec: jobWithoutAssigned(spec) };
    case 'v1/PersistentVolume':
      return { ...object, spec: await reservedFor(spec, writer) };
    default:
      return object;
  }
}

// Kubernetes takes a volume for released, and may delete its data, where the claim of this uid is gone.
async function reservedFor(spec: JsonObject, writer: Writer): Promise<JsonObject> {
  const { claimRef } = spec;
  if (!isObject(claimRef)) return spec;
  const claim = await find(kinds.claims, String(claimRef.namespace), String(claimRef.name), writer);
  const isThere = isObject(claim) && claim.metadata?.uid === claimRef.uid;
  return isThere ? spec : { ...spec, claimRef: withoutIdentity(claimRef) };
}

async function volumeDangers(claim: KubernetesObject, writer: Writer): Promise<Danger[]> {
  const name = fieldAt(claim, 'spec', 'volumeName');
  if (typeof name !== 'string' || name === '') return [];
  const volume = await find(kinds.volumes, undefined, name, writer);
  if (volume === 'unknown') return [danger('notLookedAt', `persistentvolumes "${name}"`)];
  const isOwn = volume !== 'absent' && fieldAt(volume, 'spec', 'claimRef', 'uid') === claim.metadata?.uid;
  // Reserved by its name alone, it is as it was.
  if (!isOwn && !(volume === 'absent' && wasBound(claim))) return [];
  const isGoing =
    volume === 'absent' ||
    volume.metadata?.deletionTimestamp !== undefined ||
    fieldAt(volume, 'spec', 'persistentVolumeReclaimPolicy') === 'Delete';
  if (isGoing)
    throw new UserError(`Its volume "${name}" went with it, with all data: the claim would stay without a volume.`);
  return [danger('waitsForVolume', name)];
}

function wasBound({ metadata, status }: KubernetesObject): boolean {
  const isMarked = metadata?.annotations?.['pv.kubernetes.io/bind-completed'] !== undefined;
  return isMarked || (isObject(status) && (status.phase === 'Bound' || status.phase === 'Lost'));
}

async function livingOwners({ metadata, ...object }: KubernetesObject, writer: Writer): Promise<JsonObject[]> {
  const owners = ownerReferencesOf({ metadata, ...object });
  const living = await Promise.all(owners.map((owner) => isLiving(owner, metadata?.namespace, writer)));
  return owners.filter((_, index) => living[index]);
}

async function isLiving(owner: JsonObject, namespace: string | undefined, writer: Writer): Promise<boolean> {
  const { discovery } = writer.connection;
  const kind = await discovery.resolve(String(owner.kind), String(owner.apiVersion)).catch(() => undefined);
  writer.signal.throwIfAborted();
  const found = kind ? await find(kind, namespace, String(owner.name), writer) : 'unknown';
  return found === 'unknown' || (found !== 'absent' && found.metadata?.uid === owner.uid);
}

async function find(
  kind: Kind,
  namespace: string | undefined,
  name: string,
  { connection, signal }: Writer,
): Promise<KubernetesObject | 'absent' | 'unknown'> {
  try {
    return await connection.client.json<KubernetesObject>({
      path: pathOf(kind, namespace, name),
      timeout: TIMEOUT_MS,
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    return isApiError(error, 404) ? 'absent' : 'unknown';
  }
}
