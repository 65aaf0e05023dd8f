import { conditionsOf } from '../../apimachinery/conditions.ts';
import { isObject, type KubernetesObject } from '../../apimachinery/objects.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { conditionText } from '../facts/condition-findings.ts';
import { cause, type Finding, type Report, risk, someOf, symptom } from '../facts/finding.ts';
import { type Lookup, members, present } from '../facts/lookup.ts';
import { type Filling, say } from '../facts/message.ts';
import type { Claim, Pod } from '../facts/types.ts';
import { type Warning, warningsOf } from '../facts/warnings.ts';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

interface StorageClass extends KubernetesObject {
  provisioner?: string;
  volumeBindingMode?: string;
}

/** The problems of a PersistentVolumeClaim. */
export async function claimReport(claim: Claim, lookup: Lookup): Promise<Report> {
  const { spec, status, metadata } = claim;
  const [findings, warnings, pods] = await Promise.all([
    claimFindings(claim, lookup),
    warningsOf(claim, 'PersistentVolumeClaim', lookup),
    lookup.list<Pod>(kinds.pods, metadata?.namespace),
  ]);
  const users = usersOf(claim, members(pods));
  const facts = [
    `${sizeText(claim)} ${spec?.accessModes?.join(',') ?? ''}`,
    `class ${spec?.storageClassName ?? '(none)'}`,
    ...(spec?.volumeName ? [`volume ${spec.volumeName}`] : []),
    users.length > 0 ? `used by ${someOf(users)}` : pods === 'unknown' ? 'users unknown' : 'used by no pod',
  ];
  return { summary: `${status?.phase ?? 'no phase'} (${facts.join(', ')})`, findings, warnings };
}

/** Why a claim is not bound, or not as large or of the class that it asks for. */
export async function claimFindings(claim: Claim, lookup: Lookup): Promise<Finding[]> {
  const { spec, status, metadata } = claim;
  const changes = changeFindings(claim);
  if (status?.phase === 'Bound') return changes;
  if (status?.phase === 'Lost') return [cause(say`it is Lost: its volume ${spec?.volumeName ?? ''} no longer exists`)];
  if (metadata?.deletionTimestamp) return [];
  return [...(await pendingFindings(claim, lookup)), ...changes];
}

/** How far a change of the claim's size or attributes has come (PersistentVolumeClaimStatus of core/v1). */
export function changeFindings(claim: Claim): Finding[] {
  const { allocatedResourceStatuses = {}, modifyVolumeStatus: change } = claim.status ?? {};
  const states = Object.values(allocatedResourceStatuses);
  if (change) states.push(`VolumeAttributesClass ${change.targetVolumeAttributesClassName}: ${change.status}`);
  const conditions = conditionsOf(claim).filter(({ type, status }) => /Resiz|Modif/.test(type) && status !== 'False');
  const texts = (isFailure: boolean) => [
    ...states.filter((state) => state.endsWith('Infeasible') === isFailure),
    ...conditions.filter(({ type }) => type.endsWith('Error') === isFailure).map(conditionText),
  ];
  const [failures, steps] = [texts(true), texts(false)];
  if (failures.length > 0) return [cause(say`it cannot become what it asks for: ${failures.join('; ')}`)];
  return [
    ...(isTooSmall(claim) ? [symptom(say`it is smaller than it asks for: ${sizeText(claim)}`)] : []),
    ...(steps.length > 0 ? [risk(say`it is being changed: ${steps.join('; ')}`)] : []),
  ];
}

function isTooSmall({ spec, status }: Claim): boolean {
  const given = parseQuantity(status?.capacity?.storage);
  return given !== undefined && given < (parseQuantity(spec?.resources?.requests?.storage) ?? 0);
}

// A volume may be larger than what was asked for.
function sizeText(claim: Claim): string {
  const wanted = claim.spec?.resources?.requests?.storage ?? '?';
  const given = claim.status?.capacity?.storage ?? wanted;
  return isTooSmall(claim) ? `${given} of ${wanted}` : given;
}

async function pendingFindings(claim: Claim, lookup: Lookup): Promise<Finding[]> {
  const { spec, metadata } = claim;
  const className = spec?.storageClassName;
  const warnings = await warningsOf(claim, 'PersistentVolumeClaim', lookup);
  if (spec?.volumeName) {
    const volume = await lookup.get(kinds.volumes, undefined, spec.volumeName);
    if (volume === 'absent')
      return [cause(say`it is Pending: the volume "${spec.volumeName}" that it asks for does not exist`)];
    return [cause(say`it is Pending: the volume "${spec.volumeName}" is not bound to it${boundTo(present(volume))}`)];
  }
  if (className === '') {
    return [
      cause(say`it is Pending: it asks for no storage class, so somebody has to create a matching PersistentVolume`),
    ];
  }
  if (className === undefined) {
    const classes = await lookup.list(kinds.storageClasses, undefined);
    const isDefault = members(classes).some((one) => one.metadata?.annotations?.[DEFAULT_CLASS] === 'true');
    return classes === 'unknown' || isDefault
      ? [fallback(warnings)]
      : [cause(say`it is Pending: it names no storage class and the cluster has no default one${namesOf(classes)}`)];
  }
  const found = await lookup.get<StorageClass>(kinds.storageClasses, undefined, className);
  if (found === 'absent') {
    const classes = members(await lookup.list(kinds.storageClasses, undefined));
    return [
      cause(
        say`it is Pending: the storage class "${className}" does not exist and no free PersistentVolume of that class matches${namesOf(classes)}`,
      ),
    ];
  }
  if (present(found)?.volumeBindingMode === 'WaitForFirstConsumer') {
    const pods = await lookup.list<Pod>(kinds.pods, metadata?.namespace);
    if (pods !== 'unknown' && usersOf(claim, pods).length === 0) {
      return [
        symptom(say`it waits for its first consumer: no pod uses it yet, and class ${className} binds only then`),
      ];
    }
  }
  const failed = warnings[0];
  const provisioner = present(found)?.provisioner;
  if (failed || !provisioner) return [fallback(warnings)];
  return [
    provisioner === 'kubernetes.io/no-provisioner'
      ? cause(say`it is Pending: class ${className} makes no volumes, and no free PersistentVolume matches`)
      : cause(say`it is Pending: the provisioner ${provisioner} has not made a volume; does it run?`),
  ];
}

function fallback([newest]: readonly Warning[]): Finding {
  return newest ? cause(say`it is Pending: ${newest.message}`) : symptom(say`it is Pending`);
}

function boundTo(volume: KubernetesObject | undefined): Filling {
  const spec = isObject(volume?.spec) ? volume.spec : {};
  const other = isObject(spec.claimRef) ? spec.claimRef : undefined;
  return other ? say`; it is reserved for ${String(other.namespace)}/${String(other.name)}` : '';
}

function namesOf(classes: readonly KubernetesObject[]): Filling {
  const names = classes.map(({ metadata }) => metadata?.name ?? '');
  return names.length > 0 ? say`; classes: ${someOf(names, 5)}` : say`; there are no storage classes`;
}

function usersOf({ metadata }: Claim, pods: readonly Pod[]): string[] {
  return pods
    .filter(({ spec }) => spec?.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === metadata?.name))
    .map((pod) => pod.metadata?.name ?? '');
}
