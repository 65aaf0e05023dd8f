import { jsonText, parseJson } from '../../kubernetes/apimachinery/json.ts';
import { isObject, type JsonObject } from '../../kubernetes/apimachinery/objects.ts';

/**
 * `JSON.parse` for a client's message. Numbers in JSON-RPC are doubles; but an argument that is an object, such as a
 * manifest, becomes its JSON text where a double would change one of its numbers.
 */
export function parseMessage(text: string): unknown {
  const message = mended(parseJson(text));
  if (isObject(message) && isObject(message.params) && isObject(message.params.arguments)) {
    const { arguments: args } = message.params;
    for (const [key, value] of Object.entries(args))
      if (typeof value === 'object' && holdsExact(value)) args[key] = jsonText(value);
  }
  return withDoubles(message);
}

// Some clients write null for what they leave out, or the arguments as the text of their JSON.
function mended(message: unknown): unknown {
  if (Array.isArray(message)) return message.map(mended);
  if (!isObject(message) || !('method' in message)) return message;
  const { params, ...rest } = message;
  if (params === null) return rest;
  if (!isObject(params)) return message;
  const { arguments: given, ...others } = withoutNulls(params);
  const args = typeof given === 'string' ? parsedObject(given) : given;
  if (args === undefined) return { ...rest, params: others };
  // To a tool null says something: nothing for that parameter. A prompt takes texts only.
  const isPrompt = message.method === 'prompts/get' && isObject(args);
  return { ...rest, params: { ...others, arguments: isPrompt ? withoutNulls(args) : args } };
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** The object that a text is the JSON of; the text itself if it is of none. */
function parsedObject(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    const value = parseJson(text);
    return isObject(value) ? value : (value ?? undefined);
  } catch {
    return text;
  }
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
