import { endOf, startOf, type TextView } from './redaction/text-views.ts';

/** From this many consecutive characters on, a match counts as part of a redacted value. */
export const GRAM = 8;
const BASE = 0x01000193;
const BUCKETS = 18;
/** The factor of the character that leaves the rolling hash's window. */
const LEAVING = Array.from({ length: GRAM }).reduce<number>((power) => Math.imul(power, BASE), 1);

/** Start and end of a match in a text. */
export interface Region {
  start: number;
  end: number;
}

/** Where the values, or parts of them, occur in the text behind the views. The smaller side is indexed. */
export function partsIn(views: readonly TextView[], values: readonly string[]): Region[] {
  const long = values.filter(({ length }) => length >= GRAM);
  if (sizeOf(long) > sizeOf(views.map(({ text }) => text))) {
    const grams = new Grams(views);
    for (const value of long) grams.find(value);
    return grams.regions();
  }
  const grams = new Grams(long.map((text) => ({ text, places: undefined })));
  return merged(views.flatMap((view) => grams.regionsIn(view)));
}

function sizeOf(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0);
}

/**
 * An index of all grams of some texts, by hash: finds what another text has in common with them in one pass. `-` and
 * `_` count as `+` and `/`, as in URL-safe base64.
 */
class Grams {
  readonly #views: readonly TextView[];
  readonly #codes: Uint16Array;
  /** One bit per hash that occurs: small enough to stay in the cache. */
  readonly #filter = new Uint32Array(1 << (BUCKETS - 5));
  /** The text being searched. */
  #text = new Uint16Array(1 << 12);
  /** By hash: the first of the distinct grams. */
  readonly #heads = new Int32Array(1 << BUCKETS).fill(-1);
  readonly #next: number[] = [];
  /** First position of each distinct gram. */
  readonly #first: number[] = [];
  readonly #found: boolean[] = [];
  /** Which gram begins at a position. */
  readonly #gramAt: Int32Array;

  constructor(views: readonly TextView[]) {
    this.#views = views;
    const size = sizeOf(views.map(({ text }) => text));
    this.#codes = new Uint16Array(size);
    this.#gramAt = new Int32Array(size).fill(-1);
    let offset = 0;
    for (const { text } of views) {
      for (let index = 0; index < text.length; index += 1) this.#codes[offset + index] = codeAt(text, index);
      this.#index(offset, offset + text.length);
      offset += text.length;
    }
  }

  /** Searches for every part of the value. */
  find(value: string): void {
    this.#each(value, (gram) => {
      this.#found[gram] = true;
    });
  }

  /** Where parts of the indexed texts occur in another text. */
  regionsIn(view: TextView): Region[] {
    const regions: Region[] = [];
    this.#each(view.text, (_, at) => extend(regions, view, at));
    return regions;
  }

  /** Calls `found` with each gram that the text shares with the index, and its position. */
  #each(text: string, found: (gram: number, at: number) => void): void {
    const { length } = text;
    if (this.#text.length < length) this.#text = new Uint16Array(length * 2);
    const [codes, filter] = [this.#text, this.#filter];
    let hash = 0;
    for (let index = 0; index < length; index += 1) {
      const code = codeAt(text, index);
      codes[index] = code;
      hash = (Math.imul(hash, BASE) + code) | 0;
      if (index < GRAM - 1) continue;
      if (index >= GRAM) hash = (hash - Math.imul(codes[index - GRAM] ?? 0, LEAVING)) | 0;
      const bucket = bucketOf(hash);
      if (!(((filter[bucket >>> 5] ?? 0) >>> (bucket & 31)) & 1)) continue;
      const gram = this.#gramOf(bucket, codes, index - GRAM + 1);
      if (gram >= 0) found(gram, index - GRAM + 1);
    }
  }

  #gramOf(bucket: number, codes: Uint16Array, at: number): number {
    let gram = this.#heads[bucket] ?? -1;
    while (gram >= 0 && !isSame(this.#codes, this.#first[gram] ?? 0, codes, at)) gram = this.#next[gram] ?? -1;
    return gram;
  }

  /** Where parts of the values searched for occur in the text behind the views. */
  regions(): Region[] {
    const regions: Region[] = [];
    let offset = 0;
    for (const view of this.#views) {
      for (let index = 0; index + GRAM <= view.text.length; index += 1)
        if (this.#found[this.#gramAt[offset + index] ?? -1]) extend(regions, view, index);
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
    const known = this.#gramOf(bucket, this.#codes, place);
    if (known >= 0) return known;
    const gram = this.#first.length;
    this.#first.push(place);
    this.#next.push(this.#heads[bucket] ?? -1);
    this.#found.push(false);
    this.#heads[bucket] = gram;
    this.#filter[bucket >>> 5] = (this.#filter[bucket >>> 5] ?? 0) | (1 << (bucket & 31));
    return gram;
  }
}

/** Adds the gram at this position of the view; may extend the last region. */
function extend(regions: Region[], view: TextView, at: number): void {
  const [start, end] = [startOf(view, at), endOf(view, at + GRAM - 1)];
  const last = regions.at(-1);
  if (last && start <= last.end && start >= last.start) last.end = Math.max(last.end, end);
  else regions.push({ start, end });
}

function isSame(one: Uint16Array, at: number, other: Uint16Array, place: number): boolean {
  for (let step = 0; step < GRAM; step += 1) if (one[at + step] !== other[place + step]) return false;
  return true;
}

/** Sorted by position; adjacent ones joined. */
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
