import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { strictBase64 } from './base64.ts';
import { isJson } from './yaml-chunks.ts';
import { keyText, type PlainScalar, plainScalar } from './yaml-scalars.ts';
import { aliasTargets, at, blockOf, YamlProblem } from './yaml-syntax.ts';

const CORE = 'tag:yaml.org,2002:';
/** Tags allowed on a collection, as they only state the obvious. */
const COLLECTION_TAGS = new Set(['map', 'seq', 'omap', 'pairs', 'set'].map((name) => CORE + name));
/** In a text in double quotes: an escape that only JSON has, of a slash or of a surrogate, behind other escapes. */
const JSON_ESCAPE = /^(?:[^\\]|\\[^u/]|\\u(?![dD][89a-fA-F]))*(\\u[dD][89a-fA-F][\da-fA-F]{0,2}|\\\/)/;
/** Duplicate keys are refused by default, unlike kubectl, where the last one wins. */
export type Duplicates = 'refused' | 'last wins';

/** Turns a tree into the value kubectl reads. */
export class Composer {
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
    node.source = blockOf(node, this.#text) ?? node.source ?? '';
    const { type, value } = scalarOf(node);
    if (type === 'float' && !Number.isFinite(value))
      throw new YamlProblem(
        `${node.source} is a number that JSON has not: quote it if it is meant to be text`,
        at(node),
      );
    if (typeof value === 'string' && !value.isWellFormed())
      throw new YamlProblem('a text holds half of a character', at(node));
    if (node.type === 'PLAIN') this.#refuseFlowMark(node);
    this.#refuseJsonEscapes(node);
    // -0 is 0 in JSON.
    return value === 0 ? 0 : value;
  }

  #entries(map: YAMLMap, entries = new Map<string, unknown>()): Map<string, unknown> {
    refuseTag(map);
    if (map.flow) this.#flow += 1;
    const own = new Set<string>();
    for (const pair of map.items) {
      // As in kubectl, and unlike the standard: a merge overwrites the keys above it.
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
    this.#refuseJsonEscapes(node);
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

  // JSON may escape a slash, and writes a character beyond 16 bits as two escapes: in YAML kubectl accepts neither.
  #refuseJsonEscapes(node: Scalar): void {
    if (node.type !== 'QUOTE_DOUBLE' || !node.range) return;
    const escaped = JSON_ESCAPE.exec(this.#text.slice(node.range[0], node.range[1]))?.[1];
    if (!escaped || isJson(this.#text)) return;
    const what = escaped === '\\/' ? 'only for JSON: write /' : 'half of a character: write the character itself';
    throw new YamlProblem(`the escape ${escaped} is ${what}`, at(node), true);
  }

  // In flow style kubectl takes `a?b` for a complex key, and `{a:}` for the text "a:".
  #refuseFlowMark(node: Scalar): void {
    if (this.#flow === 0 || this.#open.size > 0 || !node.range) return;
    const [start, end] = node.range;
    const problem = 'between brackets this text has to be quoted, because of its ';
    if (this.#text.startsWith(':', start)) throw new YamlProblem(`${problem}colon`, start);
    if (this.#text.slice(start, end).includes('?')) throw new YamlProblem(`${problem}question mark`, start);
    if (/^:[,\]}]/.test(this.#text.slice(end, end + 2))) throw new YamlProblem(`${problem}colon`, start);
  }
}

/** The bound of kubectl's library: most of a small document may come from aliases, little of a large one. */
function mostAliased(count: number): number {
  const [low, high] = [400_000, 4_000_000];
  return 0.99 - 0.89 * Math.min(1, Math.max(0, (count - low) / (high - low)));
}

/** A scalar's meaning, by its tag, quotes and text. */
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

function binaryText(node: Scalar, source: string): string {
  const encoded = strictBase64(source);
  if (encoded === undefined) throw new YamlProblem('a !!binary value is not base64', at(node));
  const bytes = Buffer.from(encoded, 'base64');
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
