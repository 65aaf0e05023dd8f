import { age } from '../../apimachinery/age.ts';
import { conditionsOf } from '../../apimachinery/conditions.ts';
import { isObject, type KubernetesObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { isTrouble } from '../facts/condition-findings.ts';
import { isLate } from '../facts/deletion.ts';
import { cause, type Finding, someOf, symptom } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { type Filling, listed, say } from '../facts/message.ts';
import type { Pod } from '../facts/types.ts';

/** Why an object that is being deleted still exists. */
export async function deletionFindings(object: KubernetesObject, lookup: Lookup): Promise<Finding[]> {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers = [] } = object.metadata ?? {};
  if (!deletionTimestamp) return [];
  const since = say`it is being deleted since ${age(deletionTimestamp)}`;
  if (object.kind === 'Namespace') {
    const reasons = conditionsOf(object).filter(
      (condition) => condition.status === 'True' && isTrouble(condition, kinds.namespaces.name),
    );
    return [cause(say`${listed([since, ...reasons.map(({ message }) => message ?? '')])}`)];
  }
  if (finalizers.length === 0) {
    const grace = Number(deletionGracePeriodSeconds ?? 0);
    return [
      isLate(object)
        ? cause(say`${since} (grace period ${grace} s) and should be gone: its node does not confirm that it stopped`)
        : symptom(say`${since}, grace period ${grace} s`),
    ];
  }
  const setters = someOf(
    finalizers.map((finalizer) => say`${finalizer}${setBy(object, finalizer)}`),
    finalizers.length,
  );
  const reasons = await Promise.all(finalizers.map((finalizer) => meaning(object, finalizer, lookup)));
  return [cause(say`${listed([say`${since} and stays until its finalizers are removed: ${setters}`, ...reasons])}`)];
}

async function meaning(object: KubernetesObject, finalizer: string, lookup: Lookup): Promise<Filling> {
  const { name, namespace } = object.metadata ?? {};
  switch (finalizer) {
    case 'kubernetes.io/pvc-protection': {
      const pods = members(await lookup.list<Pod>(kinds.pods, namespace));
      const users = pods.filter(({ spec }) =>
        spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name),
      );
      return users.length > 0 ? say`pods use the claim: ${someOf(users.map((pod) => pod.metadata?.name ?? ''))}` : '';
    }
    case 'kubernetes.io/pv-protection':
      return say`a claim is bound to the volume`;
    case 'foregroundDeletion':
      return say`what it owns is deleted first`;
    default:
      return say`whoever set ${finalizer} has to remove it: is that controller running?`;
  }
}

// The manager that set the finalizer owns it; its name is often the controller's.
function setBy({ metadata }: KubernetesObject, finalizer: string): Filling {
  const owner = metadata?.managedFields?.find(({ fieldsV1 }) => {
    const fields = isObject(fieldsV1?.['f:metadata']) ? fieldsV1['f:metadata'] : {};
    return isObject(fields['f:finalizers']) && `v:"${finalizer}"` in fields['f:finalizers'];
  });
  return owner?.manager ? say` (set by ${owner.manager})` : '';
}
