import { jsonText, parseJson } from '../../kubernetes/apimachinery/json.ts';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';

/**
 * `JSON.parse` for a client's message. Numbers in JSON-RPC are doubles; but an argument that is an object, such as a
 * manifest, becomes its JSON text where a double would change one of its numbers.
 */
export function parseMessage(text: string): unknown {
  const message = parseJson(text);
  if (isObject(message) && isObject(message.params) && isObject(message.params.arguments)) {
    const { arguments: args } = message.params;
    for (const [key, value] of Object.entries(args))
      if (typeof value === 'object' && holdsExact(value)) args[key] = jsonText(value);
  }
  return withDoubles(message);
}

function holdsExact(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  return Object.values(value).some(holdsExact);
}

function withDoubles(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null || !holdsExact(value)) return value;
  if (Array.isArray(value)) return value.map(withDoubles);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withDoubles(member)]));
}
