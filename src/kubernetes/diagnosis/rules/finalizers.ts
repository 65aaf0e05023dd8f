import { age } from '../../apimachinery/age.ts';
import { conditionsOf } from '../../apimachinery/conditions.ts';
import { isObject, type KubernetesObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { isTrouble } from '../facts/condition-findings.ts';
import { cause, type Finding, someOf, symptom } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import type { Pod } from '../facts/types.ts';

/** A deletion that takes longer is stuck, in milliseconds. */
const USUAL = 60_000;

/** Why an object that is being deleted still exists. */
export async function deletionFindings(object: KubernetesObject, lookup: Lookup): Promise<Finding[]> {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers = [] } = object.metadata ?? {};
  if (!deletionTimestamp) return [];
  const since = `it is being deleted since ${age(deletionTimestamp)}`;
  if (object.kind === 'Namespace') {
    const reasons = conditionsOf(object).filter((condition) => condition.status === 'True' && isTrouble(condition));
    return [cause([since, ...reasons.map(({ message }) => message ?? '')].join('; '))];
  }
  if (finalizers.length === 0) {
    const grace = Number(deletionGracePeriodSeconds ?? 0);
    const late = Date.now() - Date.parse(deletionTimestamp) > USUAL;
    return [
      late
        ? cause(`${since} (grace period ${grace} s) and should be gone: its node does not confirm that it stopped`)
        : symptom(`${since}, grace period ${grace} s`),
    ];
  }
  const setters = finalizers.map((finalizer) => `${finalizer}${setBy(object, finalizer)}`).join(', ');
  const reasons = await Promise.all(finalizers.map((finalizer) => meaning(object, finalizer, lookup)));
  return [
    cause([`${since} and stays until its finalizers are removed: ${setters}`, ...reasons.filter(Boolean)].join('; ')),
  ];
}

async function meaning(object: KubernetesObject, finalizer: string, lookup: Lookup): Promise<string> {
  const { name, namespace } = object.metadata ?? {};
  switch (finalizer) {
    case 'kubernetes.io/pvc-protection': {
      const pods = members(await lookup.list<Pod>(kinds.pods, namespace));
      const users = pods.filter(({ spec }) =>
        spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name),
      );
      return users.length > 0 ? `pods use the claim: ${someOf(users.map((pod) => pod.metadata?.name ?? ''))}` : '';
    }
    case 'kubernetes.io/pv-protection':
      return 'a claim is bound to the volume';
    case 'foregroundDeletion':
      return 'what it owns is deleted first';
    default:
      return `whoever set ${finalizer} has to remove it: is that controller running?`;
  }
}

// The manager that set the finalizer owns it; its name is often the controller's.
function setBy({ metadata }: KubernetesObject, finalizer: string): string {
  const owner = metadata?.managedFields?.find(({ fieldsV1 }) => {
    const fields = isObject(fieldsV1?.['f:metadata']) ? fieldsV1['f:metadata'] : {};
    return isObject(fields['f:finalizers']) && `v:"${finalizer}"` in fields['f:finalizers'];
  });
  return owner?.manager ? ` (set by ${owner.manager})` : '';
}
