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
