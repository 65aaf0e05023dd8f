/** As many as a person remembers having looked at. */
const KEPT = 8;

let recent: string[] = [];

/** Remembers that somebody looked at an object of this kind (plural name with group). */
export function rememberKind(resource: string): void {
  recent = [resource, ...recent.filter((other) => other !== resource)].slice(0, KEPT);
}

/** The kinds looked at last, the latest first. */
export function recentKinds(): readonly string[] {
  return recent;
}
