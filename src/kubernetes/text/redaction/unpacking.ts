import { unzipSync } from 'node:zlib';
import { utf8Text } from '../../apimachinery/utf8.ts';

const NO_BASE64 = /[^A-Za-z0-9+/_-]/;
const MIN_BASE64 = 16;
/** Base64 of what begins like gzip or zlib. */
const COMPRESSED = /^(?:H4sI|eA[E-H]|eF[4-7]|eJ[w-z]|eN[o-r])/;
/** Text whose every second byte is zero. */
const UTF16 = /^(?:[^\0]\0)+$/;
/** How many layers of encoding are undone, and how many texts may contain each other in base64. */
const MAX_DEPTH = 4;
/** How much is inflated, in bytes, for one text, and for all texts of an object. */
const MAX_INFLATED = 64_000;
const MAX_INFLATED_OBJECT = 4 * MAX_INFLATED;
/** Text that people read does not compress further; so the time is linear in what is there. */
const MAX_RATIO = 32;
/** A word that only begins like compressed data fails before this many bytes; also what each attempt costs. */
const PROBE = 64;

/** Does a text contain a credential? What it contains itself is unpacked with `unpacking`. */
export type Recognise = (text: string, unpacking: Unpacking) => boolean;

/**
 * What may still be unpacked of one text or object, made anew for each: a few characters can inflate to megabytes, and
 * contain each other. What is not unpacked for that reason counts as a credential.
 */
export class Unpacking {
  /** Shared by everything that the text or object contains. */
  readonly #budget: { bytes: number };
  readonly #depth: number;

  private constructor(budget: { bytes: number }, depth: number) {
    this.#budget = budget;
    this.#depth = depth;
  }

  static ofText(): Unpacking {
    return new Unpacking({ bytes: MAX_INFLATED }, 0);
  }

  static ofObject(): Unpacking {
    return new Unpacking({ bytes: MAX_INFLATED_OBJECT }, 0);
  }

  /** Does anything compressed count as a credential from now on? */
  get isSpent(): boolean {
    return this.#budget.bytes <= PROBE;
  }

  /** Is this base64 of a text, perhaps compressed, that contains a credential, or may contain one? */
  reveals(run: string, recognised: Recognise): boolean {
    const content = decoded(run);
    if (content !== undefined) return this.#isRecognised(content, recognised, this.#budget);
    if (!COMPRESSED.test(run)) return false;
    const bytes = Buffer.from(run, 'base64');
    const budget = this.#budget;
    if (this.isSpent) return true;
    budget.bytes -= PROBE;
    const start = unzipped(bytes, PROBE);
    if (start === 'broken') return false;
    const whole = start === 'longer' ? unzipped(bytes, Math.min(budget.bytes, MAX_RATIO * bytes.length)) : start;
    // Even what breaks off may have taken all of the time.
    budget.bytes -= typeof whole === 'string' ? budget.bytes : whole.length;
    if (typeof whole === 'string') return true;
    const text = utf8Text(whole);
    // Nothing is inflated inside what was inflated.
    return text !== undefined && this.#isRecognised(text, recognised, { bytes: 0 });
  }

  #isRecognised(content: string, recognised: Recognise, budget: { bytes: number }): boolean {
    return this.#depth >= MAX_DEPTH || recognised(content, new Unpacking(budget, this.#depth + 1));
  }
}

function unzipped(bytes: Buffer, most: number): Buffer | 'longer' | 'broken' {
  try {
    return unzipSync(bytes, { maxOutputLength: most, chunkSize: Math.min(most, 16_384) });
  } catch (error) {
    return error instanceof RangeError ? 'longer' : 'broken';
  }
}

// Asks for what may not be in it: no expression matches millions of characters.
function isBase64(text: string): boolean {
  const digits = text.trimEnd().replace(/={1,2}$/, '');
  return digits.length >= MIN_BASE64 && !NO_BASE64.test(digits);
}

/** The text behind base64, decoded repeatedly if needed; undefined if the value is not base64 of a text. */
export function decoded(value: string): string | undefined {
  let text = value;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    if (!isBase64(text)) break;
    const bytes = Buffer.from(text, 'base64');
    const wide = UTF16.test(bytes.toString('latin1', 0, 32));
    const next = wide ? bytes.toString('utf16le') : utf8Text(bytes);
    if (next === undefined || next === '' || /(?![\t\n\r])\p{Cc}/u.test(next)) break;
    text = next;
  }
  return text === value ? undefined : text;
}
