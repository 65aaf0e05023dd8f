import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { isNeeded, namesIn, referenceField } from '../../kubernetes/apimachinery/reference-fields.ts';

/** An object that another one needs. */
export interface Reference {
  /** Plural name with group. */
  resource: string;
  kind: string;
  name: string;
}

/** The objects that an object's spec refers to by name, whatever its kind, each once. */
export function referencesOf({ kind: own, spec }: KubernetesObject): Reference[] {
  const found = new Map<string, Reference>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      const field = referenceField(key, own);
      if (field && isNeeded(field, own)) {
        const resource = resourceNameOf(field.resource);
        for (const name of namesIn(field, item)) found.set(`${resource}/${name}`, { resource, kind: field.kind, name });
      }
      visit(item);
    }
  };
  visit(spec);
  return [...found.values()];
}
