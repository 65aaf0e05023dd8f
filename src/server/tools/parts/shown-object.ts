import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { redact } from '../../../kubernetes/text/redact.ts';

/** The object as paths may query it: redacted, with the noisy `managedFields` only where a path asks for them. */
export function forQuery(object: KubernetesObject, paths: readonly string[]): KubernetesObject {
  const shown = redact(object);
  const { managedFields } = object.metadata ?? {};
  if (managedFields === undefined || !paths.some((path) => path.includes('managedFields'))) return shown;
  return { ...shown, metadata: { ...shown.metadata, managedFields } };
}
