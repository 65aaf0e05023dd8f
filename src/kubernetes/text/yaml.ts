import { Document, type ScalarTag, stringify, type Tags, visit } from 'yaml';
import { UserError } from '../apimachinery/errors.ts';
import type { FieldPath } from '../apimachinery/field-path.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { stringAdvice, stringProblem } from './string-fields.ts';
import { templateIn } from './templates.ts';
import { type YamlChunk, yamlChunks } from './yaml-chunks.ts';
import { placeOf, readYaml, type YamlReading } from './yaml-reader.ts';
import { INVISIBLE, YamlProblem } from './yaml-syntax.ts';

const RENDER = 'Render it first, and give what comes out.';

/** A block that begins with a tab, which kubectl's library takes for indentation. */
const TAB_IN_BLOCK = /[|>][-+]?\n(?: *\n)* *\t/;

/** Strings that kubectl would take for a number and YAML 1.2 would not: printed in quotes. */
const NUMBER_TO_KUBECTL: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  identify: () => false,
  test: /^[-+]?(0_*[xX][\da-fA-F_]+|0_*[oO][0-7_]+|0_*[bB][-+]?[01_]+|(\.\d[\d_]*|\d[\d_]*(\.[\d_]*)?)(_*[eE]_*[-+]?_*\d[\d_]*)?_*)$/,
  resolve: (text) => text,
};

/** YAML as kubectl prints it: no line folding, no anchors, two spaces; what any reader takes for something else is quoted. */
export function toYaml(value: unknown): string {
  const options = {
    lineWidth: 0,
    aliasDuplicateObjects: false,
    indentSeq: false,
    compat: 'yaml-1.1' as const,
    customTags: (tags: Tags) => [...tags, NUMBER_TO_KUBECTL],
  };
  const text = stringify(value, options);
  if (!INVISIBLE.test(text) && !TAB_IN_BLOCK.test(text)) return text;
  // Rare enough to do it again, with those texts in quotes.
  const document = new Document(value, options);
  visit(document, {
    Scalar: (_, node) => {
      const unsafe = typeof node.value === 'string' && (INVISIBLE.test(node.value) || /^\n*\t/.test(node.value));
      if (unsafe) node.type = 'QUOTE_DOUBLE';
    },
  });
  const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return document.toString(options).replace(new RegExp(INVISIBLE, 'g'), escaped);
}

/** Any one YAML or JSON value, such as a patch. @throws UserError that names the line. */
export function parseValue(text: string, what: string): unknown {
  const [chunk, more] = yamlChunks(text);
  if (more) throw new UserError(`${what} holds several documents: give one.`);
  return chunk === undefined ? null : read(chunk, what).value;
}

/**
 * The objects of a YAML or JSON text, read as kubectl reads them; several documents, and lists, become one sequence. Empty
 * documents are passed over.
 * @throws UserError that names the document and the line.
 */
export function parseManifests(text: string): KubernetesObject[] {
  const chunks = yamlChunks(text);
  return chunks.flatMap((chunk, index) => {
    const which = chunks.length > 1 ? `Document ${index + 1} of the manifest` : 'The manifest';
    const reading = read(chunk, which);
    const { value } = reading;
    if (value === null) return [];
    if (!isObject(value))
      throw new UserError(`${which} is not an object: it must be a mapping with apiVersion, kind and metadata.`);
    if (!isList(value)) return [asObject(value, which, reading, [])];
    return value.items.map((item, at) => asObject(itemOf(value, item), which, reading, ['items', at]));
  });
}

/** Whether a manifest is a list of objects: of any kind, or of one, as `kubectl get` prints it. */
export function isList(value: unknown): value is KubernetesObject & { items: unknown[] } {
  return isObject(value) && typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(value.items);
}

/** A member of a list of one kind need not say what it is. */
function itemOf(list: KubernetesObject, item: unknown): unknown {
  if (!isObject(item) || item.kind || item.apiVersion || list.kind === 'List') return item;
  return { apiVersion: list.apiVersion, kind: list.kind?.slice(0, -'List'.length), ...item };
}

function asObject(value: unknown, which: string, reading: YamlReading, place: FieldPath): KubernetesObject {
  if (!isObject(value)) throw new UserError(`${which} holds something that is not an object.`);
  const problem = stringProblem(value);
  if (problem) {
    const { line, source } = placeOf(reading, [...place, ...problem.path]);
    throw new UserError(`${which}, line ${line}: ${stringAdvice(problem, source)}.`);
  }
  for (const key of ['apiVersion', 'kind'] as const) if (!value[key]) throw new UserError(`${which} has no ${key}.`);
  const { metadata } = value;
  if (metadata !== undefined && metadata !== null && !isObject(metadata))
    throw new UserError(`${which} has metadata that is not a mapping.`);
  // Braces are never part of a name.
  const { line, source } = isTemplated(metadata) ? placeOf(reading, [...place, 'metadata', 'name']) : {};
  if (line !== undefined)
    throw new UserError(`${which} is a template, not a manifest: line ${line} has "${source}". ${RENDER}`);
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
      throw new UserError(
        `${what} is ${template.kind}, not a manifest: line ${line} has "${template.mark}". ${RENDER}`,
      );
    }
    const line = error.line === undefined ? '' : ` at line ${error.line}`;
    const verdict = error.isSyntax ? 'is not valid YAML or JSON' : 'cannot be read';
    throw new UserError(`${what} ${verdict}${line}: ${error.message.replace(/\.$/, '')}.`);
  }
}
