import { jsonText, parseJson } from '../../kubernetes/apimachinery/json.ts';
import { isObject, type JsonObject } from '../../kubernetes/apimachinery/objects.ts';

/**
 * `JSON.parse` for a client's message. Numbers in JSON-RPC are doubles; but an argument that is an object, such as a
 * manifest, becomes its JSON text where a double would change one of its numbers.
 */
export function parseMessage(text: string): unknown {
  const content = mended(parseJson(text));
  // A batch is a list of messages.
  for (const message of Array.isArray(content) ? content : [content]) keepExact(message);
  return withDoubles(content);
}

function keepExact(message: unknown): void {
  if (!isObject(message) || !isObject(message.params) || !isObject(message.params.arguments)) return;
  const { arguments: args } = message.params;
  for (const [key, value] of Object.entries(args))
    if (typeof value === 'object' && holdsExact(value)) args[key] = jsonText(value);
}

/** The members that a message of JSON-RPC may have. */
const MEMBERS = ['jsonrpc', 'method', 'result', 'error'];

// Some clients write null for what they leave out, [] for an empty object as PHP does, or the arguments as the text of
// their JSON.
function mended(message: unknown): unknown {
  if (Array.isArray(message)) return message.map(mended);
  if (!isObject(message) || !('method' in message || 'result' in message)) return message;
  const { id, params, ...said } = message;
  const rest = Object.fromEntries(Object.entries(withoutNulls(said)).filter(([key]) => MEMBERS.includes(key)));
  // A request needs an id, even a wrong one; a notification has none.
  const named =
    id === undefined || (id === null && /^notifications\//.test(String(rest.method))) ? rest : { ...rest, id };
  if (params == null || isEmptyList(params)) return named;
  if (!isObject(params)) return { ...named, params };
  const { arguments: given, ...others } = params;
  const about = withoutNulls(others);
  if (rest.method === 'initialize') return { ...named, params: introduced(about) };
  if (isEmptyList(about._meta)) delete about._meta;
  // Whoever does not run calls as tasks, runs them as calls.
  if (rest.method === 'tools/call') delete about.task;
  const args = typeof given === 'string' ? parsedObject(given) : (given ?? undefined);
  if (args === undefined || isEmptyList(args)) return { ...named, params: about };
  // To a tool null says something: nothing for that parameter. A prompt takes texts only.
  const isPrompt = rest.method === 'prompts/get' && isObject(args);
  return { ...named, params: { ...about, arguments: isPrompt ? withoutNulls(args) : args } };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The parameters of `initialize` with what a client has to say of itself, if only that it says nothing. */
function introduced({ capabilities = {}, clientInfo = {}, ...others }: JsonObject): JsonObject {
  const info = isObject(clientInfo) ? { name: '', version: '', ...clientInfo } : clientInfo;
  return { ...others, capabilities: withObjects(capabilities), clientInfo: info };
}

function withObjects(value: unknown): unknown {
  if (isEmptyList(value)) return {};
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withObjects(member)]));
}

/** Without the members that are null, at any depth. */
function withoutNulls(object: JsonObject): JsonObject {
  const kept = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(kept.map(([key, value]) => [key, partWithoutNulls(value)]));
}

function partWithoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(partWithoutNulls);
  return isObject(value) ? withoutNulls(value) : value;
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
