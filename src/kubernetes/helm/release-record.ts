import { isRecordNameOf, mayHoldRecords } from '../apimachinery/helm-storage.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { RequestTarget } from '../apimachinery/request-target.ts';

/** Which release an operation is about. */
export interface ReleasePlace {
  name: string;
  namespace: string;
}

/** Is it helm's own record of this release? */
export function isRecord(
  { target, body }: { target: RequestTarget; body?: KubernetesObject | undefined },
  { name, namespace }: ReleasePlace,
): boolean {
  if (!mayHoldRecords(target) || target.namespace !== namespace || target.subresource !== undefined) return false;
  return isRecordNameOf(target.name ?? body?.metadata?.name, name);
}
