import type { ApiResource } from '../../apimachinery/api-resource.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import type { Kind } from '../../apimachinery/well-known-kinds.ts';
import type { Report } from './finding.ts';
import type { Lookup } from './lookup.ts';

/** How objects of one kind are judged. */
export interface Rule {
  /** The other kinds it depends on: an object is not called healthy if one of these could not be read. */
  reads: readonly Kind[];
  report(object: KubernetesObject, lookup: Lookup, resource: ApiResource): Promise<Report>;
}

/** A rule for objects with the fields of `T`, all optional. */
export function rule<T extends KubernetesObject>(
  reads: readonly Kind[],
  report: (object: T, lookup: Lookup, resource: ApiResource) => Promise<Report> | Report,
): Rule {
  return { reads, report: async (object, lookup, resource) => report(object as T, lookup, resource) };
}
