/** As many as a person remembers having looked at. */
const MAX_KINDS = 8;

/** The kinds (plural names with group) that somebody looked at last. */
export class RecentKinds {
  #kinds: readonly string[] = [];

  /** Remembers that an object of this kind was looked at. */
  add(resource: string): void {
    this.#kinds = [resource, ...this.#kinds.filter((other) => other !== resource)].slice(0, MAX_KINDS);
  }

  /** The latest first. */
  list(): readonly string[] {
    return this.#kinds;
  }
}
