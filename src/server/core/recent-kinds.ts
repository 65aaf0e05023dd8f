/** About what a person remembers having looked at. */
const MAX_KINDS = 8;

/** The most recently viewed kinds (plural names with group). */
export class RecentKinds {
  #kinds: readonly string[] = [];

  /** Records that an object of this kind was viewed. */
  add(resource: string): void {
    this.#kinds = [resource, ...this.#kinds.filter((other) => other !== resource)].slice(0, MAX_KINDS);
  }

  /** Most recent first. */
  list(): readonly string[] {
    return this.#kinds;
  }
}
