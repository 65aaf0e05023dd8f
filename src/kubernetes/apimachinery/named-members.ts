import { isObject } from './objects.ts';

/** The members of a list by their names; undefined where names do not tell them apart: one has none, or that of another. */
export function namedMembers(list: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const members = new Map<string, unknown>();
  for (const item of list) {
    const name = memberName(item);
    if (name === undefined || members.has(name)) return undefined;
    members.set(name, item);
  }
  return members;
}

/** The name of a list's member, which others may have too. */
export function memberName(item: unknown): string | undefined {
  return isObject(item) && typeof item.name === 'string' ? item.name : undefined;
}
