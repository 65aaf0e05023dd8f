import { jsonText } from './json.ts';
import { isObject } from './objects.ts';

/**
 * A selector from `spec.selector` in the API server's text form: `matchLabels` and `matchExpressions`, or a Service's
 * plain mapping. Undefined when it selects nothing by labels.
 */
export function selectorText(selector: unknown): string | undefined {
  if (!isObject(selector)) return undefined;
  const structured = 'matchLabels' in selector || 'matchExpressions' in selector;
  const labels = structured ? selector.matchLabels : selector;
  const equal = isObject(labels) ? Object.entries(labels).map(([key, value]) => `${key}=${textOf(value)}`) : [];
  const expressions = structured && Array.isArray(selector.matchExpressions) ? selector.matchExpressions : [];
  return [...equal, ...expressions.filter(isObject).map(expressionText)].join(',') || undefined;
}

function expressionText({ key: name, operator, values }: { [key: string]: unknown }): string {
  const key = textOf(name);
  const list = Array.isArray(values) ? values.map(textOf).join(',') : '';
  switch (operator) {
    case 'In':
      return `${key} in (${list})`;
    case 'NotIn':
      return `${key} notin (${list})`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
}

// A value may be anything that a model sends.
function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? jsonText(value) : String(value);
}

/** The words and signs of a selector; between them may be space. At a zero byte the API server stops to read. */
const TOKENS = /[^\0 \t\r\n=!<>(),]+|==?|!=|[\0!<>(),]/g;
const WORD = '[^\\0 =!<>(),]+';
const VALUES = String.raw`\( ((?:${WORD} )?(?:, (?:${WORD} )?)*)\)`;
/** One requirement as the API server reads it, with a space between any two tokens. */
const REQUIREMENT = new RegExp(
  `(?:! ${WORD}|(${WORD})(?: (==?)(?: (${WORD}))?| in ${VALUES}| (?:!=|<|>)(?: ${WORD})?| notin ${VALUES})?)(?: , (?=[^,])|$)`,
  'y',
);

/**
 * The only value that a selector in text form lets a label have, the first where it contradicts itself. Undefined when
 * it lets it have several or none, and for what the API server would not take.
 */
export function demandedLabel(selector: string, key: string): string | undefined {
  const tokens = (selector.match(TOKENS) ?? []).join(' ');
  const demanded: string[] = [];
  REQUIREMENT.lastIndex = 0;
  do {
    const [found, name, sign, equal, among] = REQUIREMENT.exec(tokens) ?? [];
    if (!found) return undefined;
    const values = sign === undefined ? among?.split(',').map((value) => value.trim()) : [equal ?? ''];
    if (name === key && values?.every((value) => value === values[0])) demanded.push(values[0] ?? '');
  } while (REQUIREMENT.lastIndex < tokens.length);
  return demanded[0];
}
