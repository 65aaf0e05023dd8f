import { UserError } from '../apimachinery/errors.ts';
import type { FieldPath } from '../apimachinery/field-path.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { stringAdvice, stringProblem } from './string-fields.ts';
import { templateIn } from './templates.ts';
import { type YamlChunk, yamlChunks } from './yaml-chunks.ts';
import { placeOf, readYaml, type YamlReading } from './yaml-reader.ts';
import { YamlProblem } from './yaml-syntax.ts';

export { toYaml } from './yaml-writing.ts';

/** An invalid manifest, with the line in its text. */
export class ManifestError extends UserError {
  override name = 'ManifestError';
  readonly line: number | undefined;

  constructor(message: string, line: number | undefined) {
    super(message);
    this.line = line;
  }
}

const EXAMPLE = '"apiVersion: apps/v1" and "kind: Deployment"';
const RENDER = 'Render it first, and give what comes out.';

/** Any single YAML or JSON value, such as a patch. @throws UserError that names the line. */
export function parseValue(text: string, what: string): unknown {
  const [chunk, more] = yamlChunks(text);
  if (more) throw new UserError(`${what} holds several documents: give one.`);
  return chunk === undefined ? null : read(chunk, what).value;
}

/**
 * The objects of a YAML or JSON text, read as kubectl does; several documents, and lists, become one sequence. Empty
 * documents are skipped. `given` supplies what a manifest may omit.
 * @throws UserError that names the document and the line.
 */
export function parseManifests(text: string, given: Given = {}): KubernetesObject[] {
  const chunks = yamlChunks(text);
  return chunks.flatMap((chunk, index) => {
    const which = chunks.length > 1 ? `Document ${index + 1} of the manifest` : 'The manifest';
    const reading = read(chunk, which);
    const { value } = reading;
    if (value === null) return [];
    if (!isObject(value))
      throw new UserError(`${which} is not an object: it must be a mapping with apiVersion, kind and metadata.`);
    if (!isList(value)) return [asObject(value, which, reading, [], given)];
    return value.items.map((item, at) => asObject(itemOf(value, item), which, reading, ['items', at], given));
  });
}

/** Is the manifest a list of objects, of any kind or of one, as `kubectl get` prints it? */
export function isList(value: unknown): value is KubernetesObject & { items: unknown[] } {
  return isObject(value) && typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(value.items);
}

/** An item in a list of one kind may omit its kind. */
function itemOf(list: KubernetesObject, item: unknown): unknown {
  if (!isObject(item) || item.kind || item.apiVersion || list.kind === 'List') return item;
  return { apiVersion: list.apiVersion, kind: list.kind?.slice(0, -'List'.length), ...item };
}

/** What a manifest may omit. */
export type Given = Pick<KubernetesObject, 'apiVersion' | 'kind'>;

function asObject(
  member: unknown,
  which: string,
  reading: YamlReading,
  place: FieldPath,
  given: Given,
): KubernetesObject {
  const value = isObject(member) ? { ...given, ...member } : member;
  if (!isObject(value)) throw new UserError(`${which} holds something that is not an object.`);
  const problem = stringProblem(value);
  if (problem) {
    const { line, source } = placeOf(reading, [...place, ...problem.path]);
    throw new ManifestError(`${which}, line ${line}: ${stringAdvice(problem, source)}.`, line);
  }
  const missing = (['apiVersion', 'kind'] as const).filter((key) => !value[key] && given[key] === undefined);
  if (missing.length > 0)
    throw new UserError(`${which} has no ${missing.join(' and no ')}: every object says what it is, as in ${EXAMPLE}.`);
  const { metadata } = value;
  if (metadata !== undefined && metadata !== null && !isObject(metadata))
    throw new UserError(`${which} has metadata that is not a mapping.`);
  // Braces never occur in a name.
  const { line, source } = isTemplated(metadata) ? placeOf(reading, [...place, 'metadata', 'name']) : {};
  if (line !== undefined)
    throw new ManifestError(`${which} is a template, not a manifest: line ${line} has "${source}". ${RENDER}`, line);
  return value as KubernetesObject;
}

function isTemplated(metadata: unknown): boolean {
  return isObject(metadata) && typeof metadata.name === 'string' && metadata.name.includes('{{');
}

function read(chunk: YamlChunk, what: string): YamlReading {
  try {
    return readYaml(chunk);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const template = templateIn(chunk.text);
    if (template) {
      const line = chunk.line + template.line;
      throw new ManifestError(
        `${what} is ${template.kind}, not a manifest: line ${line} has "${template.mark}". ${RENDER}`,
        line,
      );
    }
    const line = error.line === undefined ? '' : ` at line ${error.line}`;
    const verdict = error.isSyntax ? 'is not valid YAML or JSON' : 'cannot be read';
    throw new ManifestError(`${what} ${verdict}${line}: ${error.message.replace(/\.$/, '')}.`, error.line);
  }
}
