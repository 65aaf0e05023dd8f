import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type ParsedNode,
  parseAllDocuments,
} from 'yaml';
import { type FieldPath, type FieldStep, memberIndex } from '../../kubernetes/apimachinery/field-path.ts';
import { namedMembers } from '../../kubernetes/apimachinery/named-members.ts';

/** A part of a text, in characters from its start. */
export interface Span {
  start: number;
  end: number;
}

/** A field in a text. */
export interface TextField {
  path: FieldPath;
  key: string;
  keySpan: Span;
  /** Absent if nothing follows the key. */
  value: Node | undefined;
}

/** Longer texts are not parsed at every change, in characters. */
const MAX_CHARACTERS = 200_000;

/** The YAML documents of a text, even with errors. `uniqueKeys` reports repeated keys; else long texts give none. */
export function yamlDocuments(text: string, uniqueKeys = false): Document.Parsed<ParsedNode>[] {
  // The parser compares each key with every other.
  if (!uniqueKeys && text.length > MAX_CHARACTERS) return [];
  const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys });
  return Array.isArray(documents) ? documents : [];
}

/** Every field of a document, outer ones first. */
export function* fieldsIn(node: unknown, path: FieldPath = []): Generator<TextField, void> {
  if (isSeq(node)) {
    // Names stay the same when a list is edited.
    const named = namedMembers(node.items.map((item) => (isMap(item) ? { name: item.get('name') } : item)));
    const names = named && [...named.keys()];
    for (const [index, item] of node.items.entries()) {
      const name = names?.[index];
      yield* fieldsIn(item, [...path, name === undefined ? index : { keys: { name } }]);
    }
  }
  if (!isMap(node)) return;
  for (const { key, value } of node.items) {
    if (!isScalar(key) || !key.range) continue;
    const name = String(key.value);
    const inner = [...path, name];
    const own = isNode(value) ? value : undefined;
    yield { path: inner, key: name, keySpan: { start: key.range[0], end: key.range[1] }, value: own };
    yield* fieldsIn(value, inner);
  }
}

/** The span of the field at a path, or of its nearest existing parent. */
export function spanOf(document: Document, path: FieldPath): Span {
  let span: Span = firstLine(document);
  let node: unknown = document.contents;
  for (let index = 0; index < path.length; ) {
    if (isSeq(node)) {
      const item: unknown = node.items[memberIndex(node.toJSON() as unknown[], path[index] as FieldStep)];
      if (!isNode(item)) break;
      span = lineOf(item, span);
      node = item;
      index += 1;
      continue;
    }
    const found = isMap(node) ? pairAt(node.items, path.slice(index)) : undefined;
    if (!found) break;
    span = pairSpan(found.pair, span);
    node = found.pair.value;
    index += found.steps;
  }
  return span;
}

// The API server writes keys with dots as if they were paths.
function pairAt(pairs: readonly Pair[], path: FieldPath): { pair: Pair; steps: number } | undefined {
  let name = '';
  for (const [index, step] of path.entries()) {
    if (typeof step !== 'string') return undefined;
    name = index === 0 ? step : `${name}.${step}`;
    const pair = pairs.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (pair) return { pair, steps: index + 1 };
  }
  return undefined;
}

/** The span of a key, with its value if that is on the same line. */
export function pairSpan({ key, value }: { key: unknown; value: unknown }, fallback: Span): Span {
  const start = isNode(key) && key.range ? key.range[0] : fallback.start;
  const end = isNode(key) && key.range ? key.range[1] : fallback.end;
  // Underline a one-line value too, but not a whole block.
  const plain = isScalar(value) && value.range && !String(value.source ?? '').includes('\n');
  return { start, end: plain && value.type !== 'BLOCK_LITERAL' && value.range ? Math.max(end, value.range[1]) : end };
}

function lineOf(node: Node, fallback: Span): Span {
  if (isMap(node) && node.items[0]) return pairSpan(node.items[0], fallback);
  return node.range ? { start: node.range[0], end: node.range[1] } : fallback;
}

function firstLine({ contents, range }: Document): Span {
  const start = contents?.range?.[0] ?? range?.[0] ?? 0;
  return isNode(contents) ? lineOf(contents, { start, end: start + 1 }) : { start, end: start + 1 };
}
