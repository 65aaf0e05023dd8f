import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { RequestTarget } from '../apimachinery/request-target.ts';

/** Which release an operation is about. */
export interface ReleasePlace {
  name: string;
  namespace: string;
}

/** How the name of each record begins, whatever the release and the driver. */
export const RECORD_PREFIX = 'sh.helm.release.v1.';

/** Is it helm's own record of this release? */
export function isRecord(
  { target, body }: { target: RequestTarget; body?: KubernetesObject | undefined },
  { name, namespace }: ReleasePlace,
): boolean {
  if (target.group !== '' || !['secrets', 'configmaps'].includes(target.resource)) return false;
  if (target.namespace !== namespace || target.subresource !== undefined) return false;
  const own = target.name ?? body?.metadata?.name ?? '';
  const prefix = `${RECORD_PREFIX}${name}.v`;
  return own.startsWith(prefix) && /^\d+$/.test(own.slice(prefix.length));
}
