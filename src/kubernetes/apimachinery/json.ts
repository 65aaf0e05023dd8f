/** A number token of so many digits that a double may not hold it. Cheap to look for, and rare. */
const LONG_NUMBER = /[[:,]\s*-?\d{16}|^\s*-?\d{16}/;

// Newer than the declarations of the language's library.
interface SourceTextJson {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
}
const exact = JSON as unknown as SourceTextJson;

/** The number that an integer's digits say: a bigint where a double would say another. */
export function exactInteger(digits: string): number | bigint {
  const number = Number(digits);
  return String(number) === digits ? number : BigInt(digits);
}

/** `JSON.parse`, but integers that a double cannot hold are bigints, so that none is written back changed. */
export function parseJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return exact.parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && /^-?\d{16,}$/.test(source) ? exactInteger(source) : value,
  );
}

/** `JSON.stringify` for what `parseJson` and the YAML reader return: bigints are written as numbers, digit by digit. */
export function jsonText(value: unknown, space?: number): string {
  return JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === 'bigint' ? exact.rawJSON(String(part)) : part),
    space,
  );
}
