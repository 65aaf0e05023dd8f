import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { FieldPath } from '../apimachinery/field-path.ts';
import { blockText } from './yaml-blocks.ts';
import { isJson, type YamlChunk } from './yaml-chunks.ts';
import { keyText, type PlainScalar, plainScalar } from './yaml-scalars.ts';

/** A text that is not read, and where. */
export class YamlProblem extends Error {
  override name = 'YamlProblem';
  readonly offset: number | undefined;
  /** The text is no YAML at all; otherwise it means nothing that JSON can hold. */
  readonly isSyntax: boolean;
  /** In the whole text that the document is from. */
  line: number | undefined;

  constructor(message: string, offset?: number, isSyntax = false) {
    // Messages quote the text, which may be one long line.
    super(message.length > LONGEST_PROBLEM ? `${message.slice(0, LONGEST_PROBLEM)}…` : message);
    this.offset = offset;
    this.isSyntax = isSyntax;
  }
}

/** A document and its value. */
export interface YamlReading {
  chunk: YamlChunk;
  document: Document;
  value: unknown;
}

const CORE = 'tag:yaml.org,2002:';
/** Tags that a collection may carry; they say what is plain to see. */
const COLLECTION_TAGS = new Set(['map', 'seq', 'omap', 'pairs', 'set'].map((name) => CORE + name));
const LONGEST_PROBLEM = 300;
/** Characters that kubectl's library refuses, or takes for the end of a line, which others do not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
export const INVISIBLE = /[\0-\x08\x0b\x0c\r\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;
/** Unlike kubectl, which lets the last one win, what is given twice is refused unless it is asked for. */
export type Duplicates = 'refused' | 'last wins';

/**
 * Reads one document as kubectl does: its scalars, tags, merge keys and aliases mean what they mean to kubectl's library.
 * @throws YamlProblem
 */
export function readYaml(chunk: YamlChunk, duplicates: Duplicates = 'refused'): YamlReading {
  try {
    const document = parse(chunk.text);
    return { chunk, document, value: new Composer(document, chunk.text, duplicates).value(document.contents) };
  } catch (error) {
    if (error instanceof RangeError) throw new YamlProblem('it is nested too deeply');
    if (error instanceof YamlProblem && error.offset !== undefined) error.line = lineAt(chunk, error.offset);
    throw error;
  }
}

/** The line of a field, or of the nearest one above it, and how its value stands in the text. */
export function placeOf(
  { chunk, document }: YamlReading,
  path: FieldPath,
): { line: number; source: string | undefined } {
  let node: unknown = document.contents;
  let offset = at(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => isScalar(key) && keyText(scalarOf(key)) === step);
      offset = at(pair?.key) ?? offset;
      node = pair?.value;
    } else node = isSeq(node) && typeof step === 'number' ? node.items[step] : undefined;
    if (!isMap(node)) offset = at(node) ?? offset;
  }
  return { line: lineAt(chunk, offset), source: isScalar(node) ? node.source : undefined };
}

function lineAt({ text, line }: YamlChunk, offset: number): number {
  return line + text.slice(0, Math.min(offset, text.trimEnd().length)).split('\n').length;
}

// The library finds the structure; the meaning of the words in it is kubectl's, not that of YAML 1.2.
function parse(text: string): Document {
  const invisible = INVISIBLE.exec(text);
  if (invisible && !isJson(text)) {
    const code = invisible[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    throw new YamlProblem(`it holds the character U+${code}, which not every reader sees: escape it`, invisible.index);
  }
  const document = parseDocument(text, {
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: true,
  });
  const [problem] = document.errors;
  if (!problem) return withoutTabs(document, text);
  if (problem.message.startsWith('Maximum call stack')) throw new YamlProblem('it is nested too deeply');
  if (problem.code === 'MULTIPLE_DOCS')
    throw new YamlProblem('something follows the end of the document: separate documents with ---', problem.pos[0]);
  throw new YamlProblem(problem.message.split('\n')[0] ?? '', problem.pos[0], true);
}

class Composer {
  readonly #text: string;
  readonly #duplicates: Duplicates;
  readonly #targets: Map<Node, Node>;
  readonly #open = new Set<Node>();
  #count = 0;
  #aliased = 0;
  #flow = 0;

  constructor(document: Document, text: string, duplicates: Duplicates) {
    this.#text = text;
    this.#duplicates = duplicates;
    this.#targets = aliasTargets(document);
  }

  value(node: unknown): unknown {
    this.#count += 1;
    if (this.#open.size > 0) this.#aliased += 1;
    if (this.#aliased > 100 && this.#count > 1_000 && this.#aliased / this.#count > mostAliased(this.#count))
      throw new YamlProblem('its aliases repeat too much');
    if (isScalar(node)) return this.#scalar(node);
    if (isAlias(node)) return this.#follow(node, (target) => this.value(target));
    if (isMap(node)) return Object.fromEntries(this.#entries(node));
    return isSeq(node) ? this.#items(node) : null;
  }

  #items(list: YAMLSeq): unknown[] {
    refuseTag(list);
    if (list.flow) this.#flow += 1;
    const items = list.items.map((item) => this.value(item));
    if (list.flow) this.#flow -= 1;
    return items;
  }

  #scalar(node: Scalar): unknown {
    if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') {
      const text = blockOf(node, this.#text);
      if (text === undefined) throw new YamlProblem('a tab indents a line: use spaces', at(node), true);
      node.source = text;
    }
    const { type, value } = scalarOf(node);
    if (type === 'float' && !Number.isFinite(value))
      throw new YamlProblem(
        `${node.source} is a number that JSON has not: quote it if it is meant to be text`,
        at(node),
      );
    if (typeof value === 'string' && !value.isWellFormed())
      throw new YamlProblem('a text holds half of a character', at(node));
    if (node.type === 'PLAIN') this.#refuseFlowMark(node);
    return value;
  }

  #entries(map: YAMLMap, entries = new Map<string, unknown>()): Map<string, unknown> {
    refuseTag(map);
    if (map.flow) this.#flow += 1;
    const own = new Set<string>();
    for (const pair of map.items) {
      // As kubectl has it, and unlike the standard: a merge overwrites what stands above it.
      if (isMergeKey(pair.key)) {
        this.#merge(pair.value, entries);
        continue;
      }
      const key = this.#key(pair);
      if (own.has(key) && this.#duplicates === 'refused')
        throw new YamlProblem(`the key ${JSON.stringify(key)} is given twice`, at(pair.key));
      own.add(key);
      entries.set(key, this.value(pair.value));
    }
    if (map.flow) this.#flow -= 1;
    return entries;
  }

  #merge(node: unknown, entries: Map<string, unknown>): void {
    if (isMap(node)) this.#entries(node, entries);
    else if (isAlias(node)) {
      this.#follow(node, (target) => {
        if (!isMap(target)) throw new YamlProblem('only mappings can be merged with <<', at(node));
        this.#entries(target, entries);
      });
    } else if (isSeq(node) && node.items.every((item) => isMap(item) || isAlias(item))) {
      // The first one wins.
      for (const item of node.items.toReversed()) this.#merge(item, entries);
    } else throw new YamlProblem('only mappings can be merged with <<', at(node));
  }

  #key({ key }: Pair): string {
    const node = isAlias(key) ? this.#targets.get(key) : key;
    if (!isScalar(node))
      throw new YamlProblem('a key is a mapping or a list: write text, in quotes if it holds braces', at(key));
    if (node.type === 'PLAIN') this.#refuseFlowMark(node);
    const text = keyText(scalarOf(node));
    if (text === undefined) throw new YamlProblem('a key is not text: quote it', at(key));
    return text;
  }

  #follow<T>(alias: Node & { source: string }, use: (target: Node) => T): T {
    const target = this.#targets.get(alias);
    if (!target) throw new YamlProblem(`the alias *${alias.source} has no anchor above it`, at(alias));
    if (this.#open.has(target)) throw new YamlProblem(`the anchor &${alias.source} contains itself`, at(alias));
    this.#open.add(target);
    const result = use(target);
    this.#open.delete(target);
    return result;
  }

  // Between brackets kubectl takes `a?b` for a question, and `{a:}` for the text "a:".
  #refuseFlowMark(node: Scalar): void {
    if (this.#flow === 0 || this.#open.size > 0 || !node.range) return;
    const [start, end] = node.range;
    const problem = 'between brackets this text has to be quoted, because of its ';
    if (this.#text.startsWith(':', start)) throw new YamlProblem(`${problem}colon`, start);
    if (this.#text.slice(start, end).includes('?')) throw new YamlProblem(`${problem}question mark`, start);
    if (/^:[,\]}]/.test(this.#text.slice(end, end + 2))) throw new YamlProblem(`${problem}colon`, start);
  }
}

/** Which node each alias stands for: the last one above it with that anchor. */
function aliasTargets(document: Document): Map<Node, Node> {
  const targets = new Map<Node, Node>();
  const anchors = new Map<string, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor !== undefined) {
        if (!/^[\w-]+$/.test(node.anchor))
          throw new YamlProblem(`the anchor &${node.anchor} has a name of more than letters and digits`, at(node));
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

/** As kubectl's library bounds it: most of a small document may come from aliases, little of a large one. */
function mostAliased(count: number): number {
  const [low, high] = [400_000, 4_000_000];
  return 0.99 - 0.89 * Math.min(1, Math.max(0, (count - low) / (high - low)));
}

/** Tabs indent nothing in kubectl's library; between brackets, and in texts, they may stand anywhere. */
function withoutTabs(document: Document, text: string): Document {
  const tabs = [...text.matchAll(/^ *\t/gm)].map(({ 0: { length }, index }) => index + length - 1);
  if (tabs.length === 0) return document;
  const free: [number, number][] = [];
  visit(document, {
    Node: (_, node) => {
      const isFree = isScalar(node) ? node.type !== 'PLAIN' : !isAlias(node) && node.flow;
      if (isFree && node.range) free.push([node.range[0], node.range[1]]);
    },
  });
  const tab = tabs.find((place) => !free.some(([start, end]) => place >= start && place < end));
  if (tab !== undefined) throw new YamlProblem('a tab indents a line: use spaces', tab, true);
  return document;
}

/** What a scalar is, by its tag, its quotes and its words. */
export function scalarOf(node: Scalar): PlainScalar {
  const source = node.source ?? '';
  const { tag } = node;
  if (tag === undefined) return node.type === 'PLAIN' ? plainScalar(source) : { type: 'str', value: source };
  const name = tag.startsWith(CORE) ? tag.slice(CORE.length) : tag;
  if (name === 'str') return { type: 'str', value: source };
  if (name === 'binary') return { type: 'str', value: binaryText(node, source) };
  const plain = plainScalar(source);
  if (name === 'timestamp' && plain.type === 'str' && /^\d{4}-\d\d?-\d\d?([Tt ]|$)/.test(source)) return plain;
  if (name === 'float' && plain.type === 'int') return { type: 'float', value: Number(plain.value) };
  if (name === plain.type && name !== 'str') return plain;
  if (['int', 'float', 'bool', 'null', 'timestamp'].includes(name))
    throw new YamlProblem(`${JSON.stringify(source)} is no !!${name}`, at(node));
  throw unknownTag(node, name);
}

function blockOf({ srcToken, range }: Scalar, text: string): string | undefined {
  if (srcToken?.type !== 'block-scalar' || !range) return undefined;
  const header = text.indexOf('\n', range[0]);
  // Empty lines behind it are part of it, whatever the library makes of them.
  const end = range[1] + (/^(?: *\n)*/.exec(text.slice(range[1]))?.[0].length ?? 0);
  const source = text.slice(header + 1, end);
  return blockText({ header: text.slice(range[0], header).replace(/#.*/, ''), indent: srcToken.indent, source });
}

function binaryText(node: Scalar, source: string): string {
  const bytes = Buffer.from(source, 'base64');
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes))
    throw new YamlProblem(
      'a !!binary value is not text: JSON cannot hold it, give it in base64 without the tag',
      at(node),
    );
  return text;
}

function refuseTag(node: Node & { tag?: string | undefined }): void {
  if (node.tag !== undefined && !COLLECTION_TAGS.has(node.tag)) throw unknownTag(node, node.tag);
}

function unknownTag(node: Node, name: string): YamlProblem {
  const tag = name.startsWith('!') ? name : `!!${name.replace(CORE, '')}`;
  return new YamlProblem(`the tag ${tag} means nothing to Kubernetes: leave it out`, at(node));
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.source === '<<' && (key.tag === `${CORE}merge` || (!key.tag && key.type === 'PLAIN'));
}

function at(node: unknown): number | undefined {
  return (isScalar(node) || isAlias(node) || isMap(node) || isSeq(node)) && node.range ? node.range[0] : undefined;
}
