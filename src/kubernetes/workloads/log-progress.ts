/**
 * Tracks which lines of a log have been read, so that each is read once when reading resumes. The API compares whole
 * seconds, lines may share a time, and those of stdout and stderr may be out of order.
 */
export class LogProgress {
  #second = Number.NEGATIVE_INFINITY;
  /** After `resume`, lines before this time are not new. */
  #from = this.#second;
  /** The number of lines read for each time from that second on. */
  #read = new Map<string, number>();
  /** How many of these are sent again. */
  #repeated = new Map<string, number>();

  /** The time to request lines from; undefined when there were none. */
  get since(): string | undefined {
    return Number.isFinite(this.#second) ? new Date(this.#second * 1000).toISOString() : undefined;
  }

  /** To be called before lines from `since` on are read. */
  resume(): void {
    this.#from = this.#second;
    this.#repeated = new Map(this.#read);
  }

  /** Takes the next line's time, as the kubelet wrote it; false for a line already read. */
  isNew(time: string): boolean {
    const second = Math.floor(Date.parse(time) / 1000);
    if (second < this.#from) return false;
    const repeated = this.#repeated.get(time) ?? 0;
    if (repeated > 0) {
      this.#repeated.set(time, repeated - 1);
      return false;
    }
    if (second > this.#second) {
      this.#second = second;
      this.#read = new Map();
    }
    if (second === this.#second) this.#read.set(time, (this.#read.get(time) ?? 0) + 1);
    return true;
  }
}
