import { exactInteger } from '../apimachinery/json.ts';

/** A plain scalar as kubectl reads it, whose YAML library has its own variant of YAML 1.1. */
export interface PlainScalar {
  type: 'null' | 'bool' | 'int' | 'float' | 'str';
  value: null | boolean | number | bigint | string;
}

const WORDS = new Map<string, PlainScalar>(
  (
    [
      [['', '~', 'null', 'Null', 'NULL'], 'null', null],
      [['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'], 'bool', true],
      [['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'], 'bool', false],
      [['.nan', '.NaN', '.NAN'], 'float', Number.NaN],
      [['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'], 'float', Number.POSITIVE_INFINITY],
      [['-.inf', '-.Inf', '-.INF'], 'float', Number.NEGATIVE_INFINITY],
    ] as const
  ).flatMap(([words, type, value]) => words.map((word) => [word, { type, value }] as const)),
);

/** After removing underscores. A leading zero makes an octal number. */
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/;
/** An oddity of kubectl's library: a binary number's sign may follow its prefix. */
const LATE_SIGN = /^0b([-+])(?=[01]+$)/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const POINT_FLOAT = /^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?$/;

const SMALLEST = -(2n ** 63n);
const LARGEST_SIGNED = 2n ** 63n - 1n;
const LARGEST_UNSIGNED = 2n ** 64n - 1n;

/** The meaning of an unquoted scalar without a tag. */
export function plainScalar(source: string): PlainScalar {
  return WORDS.get(source) ?? numberOf(source) ?? { type: 'str', value: source };
}

/** Would the string, without quotes, be read as something else? */
export function needsQuotes(text: string): boolean {
  return plainScalar(text).type !== 'str' || text === '<<';
}

/** A mapping key as text in JSON; undefined for a value that cannot be a key. */
export function keyText({ type, value }: PlainScalar): string | undefined {
  if (value === null) return undefined;
  const isLarge = type === 'int' && (BigInt(value) > LARGEST_SIGNED || BigInt(value) < SMALLEST);
  if (isLarge && BigInt(value) > 0 && BigInt(value) <= LARGEST_UNSIGNED) return undefined;
  return isLarge || type === 'float' ? floatKey(Number(value)) : String(value);
}

function numberOf(source: string): PlainScalar | undefined {
  if (source.startsWith('.')) return POINT_FLOAT.test(source) ? float(source.replaceAll('_', '')) : undefined;
  if (!/^[-+0-9]/.test(source)) return undefined;
  const digits = source.replaceAll('_', '');
  return integer(digits) ?? (FLOAT.test(digits) ? float(digits) : undefined);
}

function integer(digits: string): PlainScalar | undefined {
  const [, sign, body] = INTEGER.exec(digits.replace(LATE_SIGN, (_, late) => `${late}0b`)) ?? [];
  if (body === undefined) return undefined;
  const magnitude = BigInt(/^0[0-7]+$/.test(body) ? `0o${body}` : body);
  const value = sign === '-' ? -magnitude : magnitude;
  const fits = value >= SMALLEST && value <= (sign === '' ? LARGEST_UNSIGNED : LARGEST_SIGNED);
  // kubectl rounds a decimal number that does not fit into 64 bits. Its digits are kept here; the API server decides.
  return fits || /^[1-9]/.test(body) ? { type: 'int', value: exactInteger(String(value)) } : undefined;
}

function float(text: string): PlainScalar | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { type: 'float', value } : undefined;
}

/** The shortest form of a 32-bit float, as in Go. */
function floatKey(value: number): string {
  const single = Math.fround(value);
  if (Object.is(single, -0)) return '-0';
  if (Number.isNaN(single)) return '.nan';
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  let precision = 1;
  while (precision < 9 && Math.fround(Number(single.toPrecision(precision))) !== single) precision += 1;
  const [mantissa, exponent] = single.toExponential(precision - 1).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(single.toPrecision(precision)));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
