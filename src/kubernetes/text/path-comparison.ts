import { parseDuration } from '../apimachinery/duration.ts';
import { exactInteger } from '../apimachinery/json.ts';
import { parseQuantity } from '../apimachinery/quantity.ts';
import { isAmount, isText } from '../apimachinery/same-value.ts';
import type { Operand } from './json-path-syntax.ts';

const TIME = /^\d{4}-\d\d-\d\dT/;
const AGE = /^[\d.]+[smhdw]$/;
/** An integer that a double may not hold. What is longer is no number of the API. */
const LONG_INTEGER = /^[+-]?\d{16,40}$/;
const MIRRORED: ReadonlyMap<string, string> = new Map([
  ['<', '>'],
  ['>', '<'],
  ['<=', '>='],
  ['>=', '<='],
]);

/** A bigint where a double would change it: these compare with numbers. */
type Size = number | bigint;

/** What the compared field holds, as far as its name says: an amount, or a text of the user's own. */
type Content = 'amount' | 'text' | undefined;

/** A number as written: `1.10`, `1d` compared with a time is an age, `500m` compared with a quantity is one. */
export class Measure {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The size of the other side in the same unit, and its own. */
  beside(value: unknown): [Size, Size] | undefined {
    if (isTime(value)) {
      if (!AGE.test(this.text)) return undefined;
      return [Date.now() - Date.parse(value), parseDuration(this.text)];
    }
    const [size, own] = [sizeOf(value), amountOf(this.text)];
    return size === undefined || own === undefined ? undefined : [size, own];
  }
}

/** What the fields that operands name hold. */
export function contentOf(operands: readonly Operand[]): Content {
  const paths = operands.flatMap((operand) => ('from' in operand ? [operand.steps] : []));
  const names = paths.map((steps) => steps.map(({ selectors: [one] }) => (one?.type === 'name' ? one.name : 0)));
  if (names.some(isText)) return 'text';
  return names.some(isAmount) ? 'amount' : undefined;
}

/** Compares two values, or one with a measure. Texts are equal letter by letter, unless they are amounts. */
export function compare(a: unknown, operator: string, b: unknown, content: Content): boolean {
  if (a instanceof Measure) {
    if (b instanceof Measure) return compare(Number(a.text), operator, b, content);
    return compare(b, MIRRORED.get(operator) ?? operator, a, content);
  }
  const isEquality = operator.startsWith('=');
  if (b instanceof Measure) return isEquality ? equalsMeasure(a, b, content) : holdsBetween(b.beside(a), operator);
  if (a === null || b === null || typeof a === 'object' || typeof b === 'object') return isEquality && a === b;
  const areTexts = typeof a === 'string' && typeof b === 'string';
  const [left, right] = areTexts && content !== 'amount' ? [] : [sizeOf(a), sizeOf(b)];
  const sizes: [Size, Size] | undefined = left === undefined || right === undefined ? undefined : [left, right];
  if (!isEquality) return holdsBetween(sizes ?? (areTexts ? [a, b] : undefined), operator);
  return String(a) === String(b) || (content === 'amount' && areEqual(sizes));
}

/** A time or quantity as a number; undefined for other texts. */
export function sizeOf(value: unknown): Size | undefined {
  if (isNumber(value)) return value;
  if (isTime(value)) return Date.parse(value);
  return typeof value === 'string' ? amountOf(value) : undefined;
}

function amountOf(text: string): Size | undefined {
  return LONG_INTEGER.test(text) ? exactInteger(text) : parseQuantity(text);
}

function isNumber(value: unknown): value is Size {
  return typeof value === 'number' || typeof value === 'bigint';
}

function equalsMeasure(value: unknown, measure: Measure, content: Content): boolean {
  if (value === measure.text) return true;
  // A number without a unit may be a version or a name, too.
  const isQuantity = content === 'amount' || (content === undefined && /[A-Za-z]$/.test(measure.text));
  return (isNumber(value) || isQuantity) && areEqual(measure.beside(value));
}

// A number and a bigint are never identical.
function areEqual(sizes: [Size, Size] | undefined): boolean {
  return holdsBetween(sizes, '<=') && holdsBetween(sizes, '>=');
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));
}

function holdsBetween(pair: [Size, Size] | [string, string] | undefined, operator: string): boolean {
  if (!pair) return false;
  const [left, right] = pair;
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}
