import { isObject, type KubernetesObject, LAST_APPLIED } from '../apimachinery/objects.ts';
import { textsOf } from '../apimachinery/texts.ts';
import { COMMON_WORDS } from './common-words.ts';
import { GRAM, merged, partsIn, type Region } from './grams.ts';
import { BARE_MARKER } from './markers.ts';
import { redact, redactedValues } from './redact.ts';
import { endOf, startOf, type TextView, viewsOf, withoutIndentation } from './redaction/text-views.ts';

/** Shorter values occur in texts by chance. */
const MIN_VALUE_LENGTH = 4;
/** Shorter values have no recognisable part in base64. */
const MIN_ENCODED_LENGTH = 6;
/** Shorter words say nothing about a text. */
const MIN_WORD_LENGTH = 3;
/** The public content of up to this many objects is kept; beyond that nothing counts as public. */
const MAX_OPEN = 200;
/** So many finds in a text are looked up among what is public. */
const MAX_LOOKED_UP = 1_000;
/** Numbers, quantities, versions, times, and words of letters alone. */
const ORDINARY = /^(?:v?\d[\d.,:+%-]*[A-Za-z]{0,3}|[a-z]+|[A-Z]+|[A-Z][a-z]+)$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * The redacted values of objects, and the search for them in any other text: whole, or in parts of eight characters or
 * more; as they are, escaped, or in base64. Shorter values are found only whole, unless they are ordinary words or
 * numbers. What the same objects show openly is not secret.
 */
export class RedactedValues {
  readonly #values = new Set<string>();
  readonly #open: KubernetesObject[] = [];
  #needles: Needles | undefined;

  /** @param open the rest of the object counts as public, because the cluster, not the reader, supplied it. */
  add(object: KubernetesObject, open: boolean): void {
    for (const value of redactedValues(object)) this.#values.add(value);
    this.#addApplied(object.metadata?.annotations);
    if (open && this.#open.length < MAX_OPEN) this.#open.push(object);
    this.#needles = undefined;
  }

  // The last-applied annotation, which no reader sees, may contain values that are no longer in the object.
  #addApplied(annotations: unknown): void {
    const applied = isObject(annotations) ? annotations[LAST_APPLIED] : undefined;
    if (typeof applied !== 'string') return;
    try {
      const object: unknown = JSON.parse(applied);
      if (isObject(object)) for (const value of redactedValues(object)) this.#values.add(value);
    } catch {
      this.#values.add(applied);
    }
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  /**
   * The text with a marker for each value and each part of one, except what occurs verbatim in `known`; `also` holds
   * further values to replace.
   */
  hide(text: string, known: Known = nothing, also: readonly string[] = []): string {
    let result = '';
    let from = 0;
    for (const { start, end } of this.#find(text, known, also)) {
      result += text.slice(from, start) + BARE_MARKER;
      from = end;
    }
    return result + text.slice(from);
  }

  /** These values without those that are in `texts`. */
  without(texts: readonly string[]): RedactedValues {
    const rest = new RedactedValues();
    const joined = texts.join('\0');
    for (const value of this.#values) if (!joined.includes(value)) rest.#values.add(value);
    rest.#open.push(...this.#open);
    return rest;
  }

  /** Does the text contain a value, or a part of one, that is not in `known`? */
  isIn(text: string, known: Known = nothing): boolean {
    return this.#find(text, known, []).length > 0;
  }

  #find(text: string, known: Known, also: readonly string[]): Region[] {
    if (this.isEmpty || text.length < MIN_VALUE_LENGTH) return [];
    this.#needles ??= needlesOf(this.#values);
    const further = needlesOf(new Set(also));
    const parts = [...this.#needles.parts, ...further.parts];
    const words = [...this.#needles.words, ...further.words];
    const views = viewsOf(text);
    const found = [...partsIn(views, parts), ...words.flatMap((word) => wholeWords(word, views))];
    if (found.length === 0) return [];
    const said = known();
    const news = found.filter(({ start, end }) => !said.some((one) => one.includes(text.slice(start, end))));
    const open = new OpenTexts(this.#open, this.#values);
    // What would take long to look up is not public.
    return merged(news).filter((region, index) => index >= MAX_LOOKED_UP || !this.#isPublic(text, region, open));
  }

  #isPublic(text: string, region: Region, open: OpenTexts): boolean {
    const part = text.slice(region.start, region.end);
    if (open.hold(part)) return true;
    if (!isOrdinaryText(text, region, open) && !isOrdinaryBase64(part, open)) return false;
    // Ordinary words together may make up a value.
    return ![...this.#values].some(
      (value) => value.length >= MIN_VALUE_LENGTH && part.includes(value) && !open.hold(value),
    );
  }
}

/** What the reader already knows; called only when something is found. */
export type Known = () => readonly string[];

const nothing: Known = () => [];

/** What to search for: texts no part of which may be shown, and short ones that may not appear whole. */
interface Needles {
  parts: string[];
  words: string[];
}

function needlesOf(values: ReadonlySet<string>): Needles {
  const parts: string[] = [];
  const words: string[] = [];
  // A Secret's base64 values are in the set both encoded and decoded.
  const encoded = new Map<string, Buffer>();
  const meant = new Set<string>();
  for (const value of values) {
    if (value.length % 4 !== 0 || !BASE64.test(value)) continue;
    const bytes = Buffer.from(value, 'base64');
    const text = bytes.toString();
    if (!values.has(text)) continue;
    encoded.set(value, bytes);
    meant.add(text);
  }
  for (const value of values) {
    const bytes = encoded.get(value);
    const word = value.trim();
    if (isOrdinary(bytes?.toString() ?? word)) continue;
    if (value.length >= GRAM) parts.push(value);
    else if (word.length >= MIN_VALUE_LENGTH) words.push(word);
    if (value.includes('\n')) parts.push(withoutIndentation(value));
    if (!meant.has(value) && value.length >= MIN_ENCODED_LENGTH) parts.push(...encodings(bytes ?? Buffer.from(value)));
  }
  return { parts, words };
}

/** Base64 of the bytes at each of the three possible offsets, without characters that depend on the neighbours. */
function encodings(bytes: Buffer): string[] {
  return [0, 1, 2].map((shift) => {
    const text = (shift === 0 ? bytes : Buffer.concat([Buffer.alloc(shift), bytes])).toString('base64');
    return text.slice(Math.ceil((shift * 4) / 3), Math.floor(((bytes.length + shift) * 4) / 3));
  });
}

function wholeWords(word: string, views: readonly TextView[]): Region[] {
  return views.flatMap((view) => {
    const regions: Region[] = [];
    for (let at = view.text.indexOf(word); at >= 0; at = view.text.indexOf(word, at + 1)) {
      if (!isInWord(view.text, at) && !isInWord(view.text, at + word.length))
        regions.push({ start: startOf(view, at), end: endOf(view, at + word.length - 1) });
    }
    return regions;
  });
}

/** What objects show openly; searched only when something is found. */
class OpenTexts {
  readonly #objects: readonly KubernetesObject[];
  readonly #values: ReadonlySet<string>;
  #texts: string[] | undefined;
  #joined: string | undefined;
  #words: Set<string> | undefined;

  constructor(objects: readonly KubernetesObject[], values: ReadonlySet<string>) {
    this.#objects = objects;
    this.#values = values;
  }

  /** Does one of them contain the text? */
  hold(text: string): boolean {
    this.#joined ??= this.#all().join('\0');
    return this.#joined.includes(text);
  }

  hasWord(word: string): boolean {
    const lower = word.toLowerCase();
    return COMMON_WORDS.has(lower) || this.#allWords().has(lower);
  }

  /** Is this part of one of their words? */
  hasWordWith(part: string): boolean {
    const lower = part.toLowerCase();
    return [...COMMON_WORDS, ...this.#allWords()].some((word) => word.includes(lower));
  }

  #allWords(): Set<string> {
    this.#words ??= new Set(this.#all().flatMap((text) => wordsOf(text.toLowerCase())));
    return this.#words;
  }

  #all(): string[] {
    this.#texts ??= this.#openTexts();
    return this.#texts;
  }

  // A value redacted in one place is not public because it went unrecognised inside another text.
  #openTexts(): string[] {
    const whole = new Set(this.#objects.flatMap((object) => textsOf(redact(object))));
    const secret = [...this.#values].filter((value) => value.length >= GRAM && !whole.has(value));
    const holds = searchFor(secret);
    return [...whole].filter((text) => text.length <= GRAM || !holds(text));
  }
}

/** Does a text hold one of the values? In one pass over it, however many there are. */
function searchFor(values: readonly string[]): (text: string) => boolean {
  // By their first characters, and then by length: many may begin alike.
  const byStart = new Map<string, Map<number, Set<string>>>();
  for (const value of values) {
    const start = value.slice(0, GRAM);
    const byLength = byStart.get(start) ?? new Map<number, Set<string>>();
    byStart.set(start, byLength.set(value.length, (byLength.get(value.length) ?? new Set()).add(value)));
  }
  return (text) => {
    for (let at = 0; at + GRAM <= text.length; at += 1)
      for (const [length, same] of byStart.get(text.slice(at, at + GRAM)) ?? [])
        if (same.has(text.slice(at, at + length))) return true;
    return false;
  };
}

/** Mostly public words; those at its ends are completed from the surrounding text. */
function isOrdinaryText(text: string, { start, end }: Region, open: OpenTexts): boolean {
  let [from, to] = [start, end];
  while (from > 0 && isInWord(text, from)) from -= 1;
  while (to < text.length && isInWord(text, to)) to += 1;
  const words = wordsOf(text.slice(from, to));
  return sizeOf(words) * 2 >= end - start && words.every((word) => open.hasWord(word));
}

function isOrdinaryBase64(part: string, open: OpenTexts): boolean {
  if (!BASE64.test(part)) return false;
  return [0, 1, 2, 3].some((shift) => {
    const text = Buffer.from(part.slice(shift), 'base64').toString('latin1');
    if (!/^[\t\n\r -~]+$/.test(text)) return false;
    const words = wordsOf(text);
    // The words at the ends may be cut.
    const isPublic = (word: string, index: number) =>
      open.hasWord(word) || ((index === 0 || index === words.length - 1) && open.hasWordWith(word));
    return sizeOf(words) * 2 >= text.length && words.every(isPublic);
  });
}

function sizeOf(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + word.length, 0);
}

function isOrdinary(value: string): boolean {
  return value.length < GRAM && ORDINARY.test(value);
}

/** Do the characters on both sides belong to one word? */
function isInWord(text: string, at: number): boolean {
  return /^[\p{L}\p{N}]{2}$/u.test(text.slice(at - 1, at + 1));
}

function wordsOf(text: string): string[] {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length >= MIN_WORD_LENGTH);
}
