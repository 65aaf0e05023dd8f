import { createTwoFilesPatch } from 'diff';
import type { KubernetesObject } from './objects.ts';
import { redact } from './redact.ts';
import { toYaml } from './yaml.ts';

/** A unified diff of the two objects as YAML, noise stripped and redacted; '' when a reader would see no difference. */
export function objectDiff(before: KubernetesObject, after: KubernetesObject): string {
  const [from, to] = [toYaml(comparable(redact(before))), toYaml(comparable(redact(after, before)))];
  if (from === to) return '';
  const patch = createTwoFilesPatch('live', 'updated', from, to, undefined, undefined, { context: 3 });
  return patch.replace(/^=+\n/, '');
}

/** The object without what the server counts up by itself with every write. */
export function comparable(object: KubernetesObject): KubernetesObject {
  if (!object.metadata) return object;
  const { managedFields: _, resourceVersion: _version, generation: _generation, ...metadata } = object.metadata;
  return { ...object, metadata };
}
