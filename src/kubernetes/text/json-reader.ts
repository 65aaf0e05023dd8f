import { randomUUID } from 'node:crypto';
import { setImmediate as pause } from 'node:timers/promises';
import { parseJson } from '../apimachinery/json.ts';
import { LIMITS, type Limits, tooDeep, tooLong, tooMany } from '../apimachinery/limits.ts';

/** List members are parsed in batches of about this many bytes and values, with pauses in between. */
const BATCH = { bytes: 512 << 10, values: 20_000 };

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...Buffer.from('"\\,[]{}')];
/** The bytes that have a meaning outside of strings, but for the one that begins a string. */
const SIGNS = new Uint8Array(256);
for (const sign of Buffer.from(',[]{}')) SIGNS[sign] = 1;

/** A list in the outermost object: the positions of its brackets, and of the commas where it is split. */
interface CutList {
  open: number;
  close: number;
  cuts: number[];
}

/**
 * Reads a JSON text piece by piece. A text that is too large, too deep or has too many values is refused before
 * parsing, in linear time; the lists of a large text are parsed in batches, so as not to block the event loop.
 */
export class JsonReader {
  readonly #limits: Limits;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  #values = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #rootIsObject = false;
  readonly #lists: CutList[] = [];
  #list: CutList | undefined;
  /** Start of the current batch. */
  #batch = { at: 0, values: 0 };
  /** How many values are outside the split lists and must be parsed at once. */
  #rest = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** @throws LimitError */
  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    if (this.#size + piece.length > this.#limits.bytes) throw tooLong(this.#limits.bytes);
    const { length } = piece;
    const before = this.#size;
    let at = this.#inString ? this.#afterString(piece, 0) : 0;
    while (at < length) {
      const byte = piece[at] as number;
      if (byte === QUOTE) at = this.#afterString(piece, at + 1);
      else {
        if (SIGNS[byte] === 1) this.#sign(byte, before + at);
        at += 1;
      }
    }
    this.#size += length;
  }

  /** The value of the whole text. @throws SyntaxError, or LimitError for a single object that is too large. */
  async read(): Promise<unknown> {
    const text = Buffer.concat(this.#pieces);
    this.#pieces.length = 0;
    if (this.#lists.length === 0) return parsePart(text, this.#values);
    const marker = randomUUID();
    const skeleton: Buffer[] = [];
    let from = 0;
    for (const [index, { open, close }] of this.#lists.entries()) {
      skeleton.push(text.subarray(from, open), Buffer.from(`{"${marker}":${index}}`));
      from = close + 1;
    }
    skeleton.push(text.subarray(from));
    const root = parsePart(Buffer.concat(skeleton), this.#rest) as Record<string, unknown>;
    const members: [string, unknown][] = [];
    for (const [key, value] of Object.entries(root)) {
      const index = (value as Record<string, number> | null)?.[marker];
      const list = index === undefined ? undefined : this.#lists[index];
      members.push([key, list ? await parseList(text, list) : value]);
    }
    return Object.fromEntries(members);
  }

  /** What follows the string that is open at `from`; the end of the piece if the string continues. */
  #afterString(piece: Uint8Array, from: number): number {
    const { length } = piece;
    let at = this.#escaped ? from + 1 : from;
    while (at < length) {
      const byte = piece[at];
      at += byte === BACKSLASH ? 2 : 1;
      if (byte !== QUOTE) continue;
      this.#inString = false;
      this.#escaped = false;
      return at;
    }
    this.#inString = true;
    this.#escaped = at > length;
    return length;
  }

  #sign(sign: number, at: number): void {
    switch (sign) {
      case COMMA:
        this.#count();
        if (this.#list && this.#depth === 2) this.#cut(at, this.#list);
        return;
      case OPEN_LIST:
      case OPEN_OBJECT:
        this.#count();
        this.#depth += 1;
        if (this.#depth > this.#limits.depth) throw tooDeep(this.#limits.depth);
        if (this.#depth === 1) this.#rootIsObject = sign === OPEN_OBJECT;
        if (this.#depth === 2 && this.#rootIsObject && sign === OPEN_LIST) {
          this.#list = { open: at, close: at, cuts: [] };
          this.#batch = { at, values: this.#values };
        }
        return;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        if (this.#list && this.#depth === 2) this.#closeList(at, this.#list);
        this.#depth -= 1;
    }
  }

  #cut(at: number, list: CutList): void {
    const values = this.#values - this.#batch.values;
    if (at - this.#batch.at < BATCH.bytes && values < BATCH.values) return;
    if (values > LIMITS.object.values) throw tooMany(LIMITS.object.values);
    list.cuts.push(at);
    this.#batch = { at, values: this.#values };
  }

  #closeList(at: number, list: CutList): void {
    const values = this.#values - this.#batch.values;
    if (list.cuts.length === 0) this.#rest += values;
    else if (values > LIMITS.object.values) throw tooMany(LIMITS.object.values);
    else this.#lists.push({ ...list, close: at });
    this.#list = undefined;
  }

  #count(): void {
    this.#values += 1;
    if (!this.#list) this.#rest += 1;
    if (this.#values > this.#limits.values) throw tooMany(this.#limits.values);
  }
}

/** Parses a complete JSON text. @throws SyntaxError or LimitError */
export function parseBoundedJson(
  text: string | Uint8Array,
  limits: Limits,
  parse: (text: string) => unknown = parseJson,
): unknown {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  new JsonReader(limits).push(bytes);
  return parse(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'));
}

async function parseList(text: Buffer, { open, close, cuts }: CutList): Promise<unknown[]> {
  const members: unknown[] = [];
  let from = open;
  for (const to of [...cuts, close]) {
    const part = parsePart(text.subarray(from + 1, to), 0, '[', ']') as unknown[];
    // push(...part) fails for a list longer than the maximum number of arguments.
    for (const member of part) members.push(member);
    from = to;
    await pause();
  }
  return members;
}

function parsePart(text: Buffer, values: number, before = '', after = ''): unknown {
  if (text.length > LIMITS.object.bytes) throw tooLong(LIMITS.object.bytes);
  if (values > LIMITS.object.values) throw tooMany(LIMITS.object.values);
  return parseJson(before + text.toString('utf8') + after);
}
