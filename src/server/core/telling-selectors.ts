import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { strengthOf } from '../../kubernetes/text/redaction/credential-names.ts';

/** Parameters of tools that hold a selector. */
const PARAMETERS = ['labelSelector', 'fieldSelector'];

/**
 * Refuses selectors that compare what is redacted: the number of rows would tell a correct guess from a wrong one.
 * @throws UserError naming the key.
 */
export function refuseTellingSelectors(input: Readonly<Record<string, unknown>>): void {
  for (const parameter of PARAMETERS) {
    const selector = input[parameter];
    const parts = parameter === 'labelSelector' ? partsOfLabel : partsOfField;
    const isRedacted = (one: string) => parts(one).some((part) => strengthOf(part) === 'strong');
    const key = typeof selector === 'string' ? comparedKeys(selector).find(isRedacted) : undefined;
    if (key !== undefined)
      throw new UserError(
        `${parameter} compares ${key}, whose values are redacted: which objects match would tell them. Select by another key, or by whether it is there: ${parameter}=${key}.`,
      );
  }
}

/** The keys of a selector whose values it compares: `a=b`, `a!=b`, `a in (b)`, `a notin (b)`. */
function comparedKeys(selector: string): string[] {
  // Values in parentheses are no requirements of their own.
  const withoutValues = selector.split(')').map((part) => part.replace(/\(.*/s, '()'));
  return withoutValues
    .join('')
    .split(',')
    .flatMap((one) => /^\s*([^\s=!<>()]+)\s*(?:[=!<>]|(?:not)?in\s*\()/i.exec(one)?.[1] ?? []);
}

// The domain says nothing about the value.
function partsOfLabel(key: string): string[] {
  return [key.slice(key.lastIndexOf('/') + 1)];
}

function partsOfField(path: string): string[] {
  return path.split('.');
}
