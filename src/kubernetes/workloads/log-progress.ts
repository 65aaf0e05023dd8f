/**
 * Which lines of a log have been read, so that whoever asks for the rest gets each of those once. The API compares whole seconds,
 * lines may have the same time, and those of stdout and stderr may be out of order.
 */
export class LogProgress {
  #second = Number.NEGATIVE_INFINITY;
  /** Before that, nothing is new to whoever has asked for the rest. */
  #from = this.#second;
  /** How many lines have come of each moment from that second on. */
  #read = new Map<string, number>();
  /** Those of them that come again. */
  #repeated = new Map<string, number>();

  /** From when on lines have to be asked for; undefined when there were none. */
  get since(): string | undefined {
    return Number.isFinite(this.#second) ? new Date(this.#second * 1000).toISOString() : undefined;
  }

  /** To be called when lines from `since` on are about to come. */
  resume(): void {
    this.#from = this.#second;
    this.#repeated = new Map(this.#read);
  }

  /** Takes the next line's time, as the kubelet wrote it; false for a line that came before. */
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
