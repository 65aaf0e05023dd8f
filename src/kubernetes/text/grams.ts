import { endOf, startOf, type TextView } from './text-views.ts';

/** So many characters of a redacted value in a row are a part of it. */
export const GRAM = 8;
const BASE = 0x01000193;
const BUCKETS = 18;
/** What leaves the window of the rolling hash. */
const LEAVING = Array.from({ length: GRAM }).reduce<number>((power) => Math.imul(power, BASE), 1);

/** From where to where something stands in a text. */
export interface Region {
  start: number;
  end: number;
}

/**
 * Finds in the views of one text what they have in common with many, possibly long, values. The text is indexed, because it is
 * the small one; each value costs one pass over its characters. `-` and `_` count as `+` and `/`, as in base64 for URLs.
 */
export class Grams {
  readonly #views: readonly TextView[];
  readonly #codes: Uint16Array;
  /** A bit for each hash that occurs: small enough to be at hand for every character of the values. */
  readonly #filter = new Uint32Array(1 << (BUCKETS - 5));
  /** The value that is looked for. */
  #value = new Uint16Array(1 << 12);
  /** By hash: the first of the different grams. */
  readonly #heads = new Int32Array(1 << BUCKETS).fill(-1);
  readonly #next: number[] = [];
  /** Where each different gram stands first. */
  readonly #first: number[] = [];
  readonly #found: boolean[] = [];
  /** Which gram begins at a place. */
  readonly #gramAt: Int32Array;

  constructor(views: readonly TextView[]) {
    this.#views = views;
    const size = views.reduce((sum, { text }) => sum + text.length, 0);
    this.#codes = new Uint16Array(size);
    this.#gramAt = new Int32Array(size).fill(-1);
    let offset = 0;
    for (const { text } of views) {
      for (let index = 0; index < text.length; index += 1) this.#codes[offset + index] = codeAt(text, index);
      this.#index(offset, offset + text.length);
      offset += text.length;
    }
  }

  /** Looks for every part of the value. */
  find(value: string): void {
    const { length } = value;
    if (length < GRAM) return;
    if (this.#value.length < length) this.#value = new Uint16Array(length * 2);
    const [codes, filter] = [this.#value, this.#filter];
    let hash = 0;
    for (let index = 0; index < length; index += 1) {
      const code = codeAt(value, index);
      codes[index] = code;
      hash = (Math.imul(hash, BASE) + code) | 0;
      if (index < GRAM - 1) continue;
      if (index >= GRAM) hash = (hash - Math.imul(codes[index - GRAM] ?? 0, LEAVING)) | 0;
      const bucket = bucketOf(hash);
      if (((filter[bucket >>> 5] ?? 0) >>> (bucket & 31)) & 1) this.#findGram(bucket, codes, index - GRAM + 1);
    }
  }

  #findGram(bucket: number, codes: Uint16Array, at: number): void {
    for (let gram = this.#heads[bucket] ?? -1; gram >= 0; gram = this.#next[gram] ?? -1) {
      if (!isSame(this.#codes, this.#first[gram] ?? 0, codes, at)) continue;
      this.#found[gram] = true;
      return;
    }
  }

  /** Where parts of the values stand in the text itself. */
  regions(): Region[] {
    const regions: Region[] = [];
    let offset = 0;
    for (const view of this.#views) {
      let open: Region | undefined;
      for (let index = 0; index + GRAM <= view.text.length; index += 1) {
        if (!this.#found[this.#gramAt[offset + index] ?? -1]) continue;
        const [start, end] = [startOf(view, index), endOf(view, index + GRAM - 1)];
        if (open && start <= open.end) open.end = Math.max(open.end, end);
        else {
          open = { start, end };
          regions.push(open);
        }
      }
      offset += view.text.length;
    }
    return merged(regions);
  }

  #index(from: number, to: number): void {
    let hash = 0;
    for (let index = from; index < to; index += 1) {
      hash = (Math.imul(hash, BASE) + (this.#codes[index] ?? 0)) | 0;
      if (index - from >= GRAM) hash = (hash - Math.imul(this.#codes[index - GRAM] ?? 0, LEAVING)) | 0;
      if (index - from >= GRAM - 1) this.#gramAt[index - GRAM + 1] = this.#gram(hash, index - GRAM + 1);
    }
  }

  #gram(hash: number, place: number): number {
    const bucket = bucketOf(hash);
    const head = this.#heads[bucket] ?? -1;
    for (let gram = head; gram >= 0; gram = this.#next[gram] ?? -1) {
      if (isSame(this.#codes, this.#first[gram] ?? 0, this.#codes, place)) return gram;
    }
    const gram = this.#first.length;
    this.#first.push(place);
    this.#next.push(head);
    this.#found.push(false);
    this.#heads[bucket] = gram;
    this.#filter[bucket >>> 5] = (this.#filter[bucket >>> 5] ?? 0) | (1 << (bucket & 31));
    return gram;
  }
}

function isSame(one: Uint16Array, at: number, other: Uint16Array, place: number): boolean {
  for (let step = 0; step < GRAM; step += 1) if (one[at + step] !== other[place + step]) return false;
  return true;
}

/** From left to right, those that touch as one. */
export function merged(regions: readonly Region[]): Region[] {
  const result: Region[] = [];
  for (const region of regions.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && region.start <= last.end) last.end = Math.max(last.end, region.end);
    else result.push({ ...region });
  }
  return result;
}

function codeAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code === 0x2d) return 0x2b;
  return code === 0x5f ? 0x2f : code;
}

function bucketOf(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - BUCKETS);
}
