import { parseAllDocuments, parseDocument, type Document as YamlDocument } from 'yaml';
import { messageOf, UserError } from '../apimachinery/errors.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';

export { toYaml } from './yaml-writing.ts';

/** The parser's messages quote the text, which may be one long line. */
const MOST_WORDS = 300;

/** Any one YAML or JSON value, such as a patch. @throws UserError that names the line. */
export function parseValue(text: string, what: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  return readDocument(document, what);
}

/**
 * The objects of a YAML or JSON text; several documents, and `List` objects, become one sequence. Empty documents are passed over.
 * @throws UserError that names the document and the line.
 */
export function parseManifests(text: string): KubernetesObject[] {
  const documents = parseAllDocuments(text, { prettyErrors: true });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document, index) => {
    const which = documents.length > 1 ? `Document ${index + 1} of the manifest` : 'The manifest';
    const value = readDocument(document, which);
    if (value === null || value === undefined) return [];
    if (!isObject(value))
      throw new UserError(`${which} is not an object: it must be a mapping with apiVersion, kind and metadata.`);
    const members = value.kind === 'List' && Array.isArray(value.items) ? value.items : [value];
    return members.map((member) => asObject(member, which));
  });
}

function asObject(value: unknown, which: string): KubernetesObject {
  if (!isObject(value)) throw new UserError(`${which} holds something that is not an object.`);
  for (const key of ['apiVersion', 'kind'] as const) {
    if (typeof value[key] !== 'string' || value[key] === '') throw new UserError(`${which} has no ${key}.`);
  }
  if (value.metadata !== undefined && !isObject(value.metadata))
    throw new UserError(`${which} has metadata that is not a mapping.`);
  return value as KubernetesObject;
}

function readDocument(document: YamlDocument.Parsed, what: string): unknown {
  const problem = document.errors[0];
  if (!problem) {
    try {
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      if (isJson(value)) return value;
    } catch (error) {
      const deep = error instanceof RangeError;
      throw new UserError(
        `${what} cannot be read: ${deep ? 'it is nested too deeply' : messageOf(error).slice(0, MOST_WORDS)}.`,
      );
    }
    throw new UserError(`${what} holds a value that JSON has not, such as .nan or a !!binary: write it as a string.`);
  }
  const line = problem.linePos?.[0].line;
  const first = (problem.message.split('\n')[0] ?? '').replace(/ at line \d+.*$/, '');
  const message = first.startsWith('Maximum call stack') ? 'it is nested too deeply' : first.slice(0, MOST_WORDS);
  throw new UserError(`${what} is not valid YAML or JSON${line ? ` at line ${line}` : ''}: ${message}`);
}

/** @throws RangeError for what contains itself, as an alias inside its own anchor does. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null)
    return ['string', 'boolean', 'undefined'].includes(typeof value) || value === null;
  if (Array.isArray(value)) return value.every(isJson);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson);
}
