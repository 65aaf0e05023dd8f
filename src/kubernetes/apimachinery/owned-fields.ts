import { type FieldStep, fieldPathsOf } from './field-path.ts';
import { isObject, type JsonObject } from './objects.ts';

/** Up to this many fields are named; for more, their common parents. */
const MAX_NAMED = 4;
/** Part of every write to a map, besides its members. */
const WHOLE = /^(?:metadata\.)?(?:labels|annotations)$/;

/** The fields of a `fieldsV1` in short: `spec.replicas, spec.template…`. Never contains a value. */
export function ownedFieldsText(fields: JsonObject | undefined): string {
  if (!isObject(fields)) return '';
  const paths = fieldPathsOf(fields).map(wordsOf);
  const deepest = Math.max(0, ...paths.map(({ length }) => length));
  for (let depth = deepest; depth > 0; depth -= 1) {
    const texts = paths.map((words) => `${words.slice(0, depth).join('')}${words.length > depth ? '…' : ''}`);
    const named = [...new Set(texts)].filter((text) => text !== '' && !WHOLE.test(text));
    if (named.length <= MAX_NAMED || depth === 1)
      return `${named.slice(0, 2 * MAX_NAMED).join(', ')}${named.length > 2 * MAX_NAMED ? ', …' : ''}`;
  }
  return '';
}

function wordsOf(path: readonly FieldStep[]): string[] {
  return path.map((step, index) => {
    if (typeof step === 'string') return /[./[\]]/.test(step) ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`;
    if (typeof step === 'number') return `[${step}]`;
    // A member of a set, and most keys of a list, are values.
    const name = 'keys' in step ? step.keys.name : undefined;
    return typeof name === 'string' ? `[${name}]` : '[…]';
  });
}
