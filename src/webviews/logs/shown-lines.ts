import { type LogLine, merge } from './log-lines.ts';
import type { LineTest } from './selection.ts';

/** Milliseconds of searching before others get their turn: half a frame. */
const SLICE_MS = 8;
/** How many lines are searched between looks at the clock. */
const STEP = 200;

/** What happened to all lines during a search. */
interface Search {
  added: (readonly LogLine[])[];
  dropped: Set<LogLine>;
}

/** The lines that are shown: all, or those that pass a test. A long search is done in slices. */
export class ShownLines {
  readonly #all: readonly LogLine[];
  readonly #pause: () => Promise<void>;
  #test: LineTest | undefined;
  #passed: LogLine[] = [];
  #search: Search | undefined;

  /** @param pause lets others work between slices of a search. */
  constructor(all: readonly LogLine[], pause: () => Promise<void>) {
    this.#all = all;
    this.#pause = pause;
  }

  get lines(): readonly LogLine[] {
    return this.#test ? this.#passed : this.#all;
  }

  /** Shows the lines that pass this test; true when that is done, false when another took its place. */
  async select(test: LineTest | undefined): Promise<boolean> {
    const search: Search = { added: [], dropped: new Set() };
    this.#search = search;
    const passed: LogLine[] = [];
    const all = test ? [...this.#all] : [];
    for (let searched = 0; test && searched < all.length; ) {
      const began = performance.now();
      while (searched < all.length && performance.now() - began < SLICE_MS) {
        passed.push(...all.slice(searched, searched + STEP).filter(test));
        searched += STEP;
      }
      if (searched < all.length) await this.#pause();
      if (this.#search !== search) return false;
    }
    for (const added of search.added) merge(passed, test ? added.filter(test) : []);
    this.#search = undefined;
    this.#test = test;
    this.#passed = passed.filter((line) => !search.dropped.has(line));
    return true;
  }

  /** Takes lines that were added to all; returns the first place that changed among those shown. */
  add(added: readonly LogLine[]): number {
    this.#search?.added.push(added);
    if (this.#test) merge(this.#passed, added.filter(this.#test));
    const first = added[0]?.at ?? 0;
    let from = this.lines.length;
    while (from > 0 && (this.lines[from - 1]?.at ?? 0) >= first) from -= 1;
    return from;
  }

  /** Forgets lines that were dropped from the beginning of all; returns how many were shown. */
  drop(dropped: readonly LogLine[]): number {
    const gone = new Set(dropped);
    for (const line of dropped) this.#search?.dropped.add(line);
    if (!this.#test) return dropped.length;
    const kept = this.#passed.findIndex((line) => !gone.has(line));
    return this.#passed.splice(0, kept === -1 ? this.#passed.length : kept).length;
  }
}
