/** A number with so many digits that a double may not hold it: as a member, and alone. Rare. */
const LONG_MEMBER = /[[:,]\s*-?\d{16}/;
const LONG_ALONE = /^\s*-?\d{16}/;

// Not yet in TypeScript's library types.
interface SourceTextJson {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
}
const exact = JSON as unknown as SourceTextJson;

/** The number for an integer's digits: a bigint where a double would change it. */
export function exactInteger(digits: string): number | bigint {
  const number = Number(digits);
  return String(number) === digits ? number : BigInt(digits);
}

/** `JSON.parse`, with bigints for integers a double cannot hold, so that none is written back changed. */
export function parseJson(text: string): unknown {
  if (!LONG_MEMBER.test(text) && !LONG_ALONE.test(text)) return JSON.parse(text);
  return exact.parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && /^-?\d{16,}$/.test(source) ? exactInteger(source) : value,
  );
}

/** `JSON.stringify` for values of `parseJson` and the YAML reader: bigints are written as numbers, digit by digit. */
export function jsonText(value: unknown, space?: number): string {
  return JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === 'bigint' ? exact.rawJSON(String(part)) : part),
    space,
  );
}
