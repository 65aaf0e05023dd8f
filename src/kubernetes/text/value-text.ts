import { jsonText } from '../apimachinery/json.ts';

/** A field's value as its object is shown, in at most `length` characters and a sign that there are more. */
export function valueText(value: unknown, length: number): string {
  const text = value === undefined ? 'nothing' : typeof value === 'object' ? jsonText(value) : String(value);
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
