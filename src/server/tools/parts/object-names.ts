import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';

const MAX_NAMES = 10;

/** Identifies an object within its kind. */
export function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name}`;
}

/** What names an object in a table: with its namespace where there are several. */
export function titleOf({ metadata }: KubernetesObject, namespace: string | undefined): string[] {
  return [...(namespace === undefined ? [metadata?.namespace ?? ''] : []), metadata?.name ?? ''];
}

/** A line with the first names, or none. */
export function namesText(head: string, names: readonly string[], most = MAX_NAMES): string[] {
  if (names.length === 0) return [];
  const others = names.length > most ? ` and ${names.length - most} others` : '';
  return [`${head}: ${names.slice(0, most).join(', ')}${others}`];
}
