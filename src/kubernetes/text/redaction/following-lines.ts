import { isHarmless } from './credential-values.ts';
import { flowValues } from './flow-values.ts';
import { isOwned, onlyDescribes, ownsMapping } from './owned-values.ts';
import { lineEnd, type Span } from './spans.ts';

const MAX_LINES = 400;
/** Of shells, HCL and PHP. */
const HERE_DOCUMENT = /^<<[-~<]?[^\S\n]{0,4}\\?["']?(\w{1,64})["']?\s*$/;
const MAX_HEAD = 100;
const MAX_LINE = 1_000;
/** Fields of a mapping that are looked through for its value. */
const MAX_FIELDS = 20;
/** As kubectl describes a ConfigMap: the value is below four hyphens, and ends with an empty line. */
const RULE = /^-{4}\r?$/;
/** All of a line that is a key. */
const KEY = /^[^\S\n]*(?:-[^\S\n]+){0,4}["']?[\w.-]{1,128}["']?[^\S\n]{0,8}:\s*$/;
/** A line of a mapping: its key and its value. */
const ENTRY = /^[^\S\n]*(?:-[^\S\n]+){0,4}(?:"([^"\n]{1,128})"|'([^'\n]{1,128})'|([\w./-]{1,128})):(?:[^\S\n]+|$)/;
const MAX_ENTRIES = 200;
/** Of a schema, or of a volume that kubectl describes. */
const SCHEMA =
  /^[^\S\n]*(?:type:[^\S\n]+["']?(?:string|object|array|integer|number|boolean)\b|(?:properties|required):$|\$ref:|Type:[^\S\n]{2})/;
const VALUE_FIELD = /^\s+["']?(?:value|val|content|string_?value|default(?:_?value)?)["']?:[^\S\n]+/i;

/**
 * The value of a name whose line ends after the separator: a block of deeper lines, one scalar on the next line, a list
 * of scalars, or a mapping of settings. In any other mapping its own names are judged.
 */
export function followingLines(
  text: string,
  lineFrom: number,
  at: number,
  name: string,
): { spans: Span[]; next: number } {
  const end = lineEnd(text, at);
  const none = { spans: [], next: at };
  const own = keyColumn(text, lineFrom);
  const block = /[|>]/.test(text.slice(at, end));
  const first = nextLine(text, end);
  if (!first) return none;
  if (block) return blockLines(text, end, own);
  const line = text.slice(first.start, first.end);
  if (RULE.test(line) && own === 0) return linesBelow(text, first);
  const spans: Span[] = [];
  if (/^\s*-\s/.test(line) && indentOf(text, first.start) >= own) {
    let item: Span | undefined = first;
    for (let items = 0; item && items < MAX_LINES; items += 1, item = nextLine(text, item.end)) {
      const scalar = scalarAfter(/^\s*-\s+/, text, item);
      if (!scalar || /^[&*]/.test(scalar.value) || /[^\s:]:(?:\s|$)/.test(scalar.value)) break;
      if (isOwned(name, undefined, scalar.value)) spans.push(scalar.span);
    }
    if (spans.length > 0) return { spans, next: spans.at(-1)?.end ?? at };
  }
  const stated = statedValue(text, first, own);
  if (stated) return { spans: isHarmless(stated.value) ? [] : [stated.span], next: stated.span.end };
  const mapping = ownsMapping(name) && KEY.test(text.slice(lineFrom, at)) ? mappingBelow(text, first, own, name) : [];
  if (mapping.length > 0) return { spans: mapping, next: at };
  const scalar = scalarAfter(/^\s+/, text, first);
  if (
    !scalar ||
    indentOf(text, first.start) <= own ||
    /^[&*|>-]|[:=](?:\s|$)|^\S+\s\S+\s/.test(scalar.value) ||
    isHarmless(scalar.value)
  )
    return none;
  return { spans: [scalar.span], next: scalar.span.end };
}

function linesBelow(text: string, rule: Span): { spans: Span[]; next: number } {
  let line = nextLine(text, rule.end);
  const start = line?.start ?? text.length;
  let end = start;
  for (let lines = 0; line && lines < MAX_LINES && text.slice(line.start, line.end).trim() !== ''; lines += 1) {
    end = line.end;
    line = nextLine(text, line.end);
  }
  return isHarmless(text.slice(start, end)) ? { spans: [], next: end } : { spans: [{ start, end }], next: end };
}

/** The lines of `password = <<EOF`, as one, to the line that is its word; undefined where no such document begins. */
export function hereDocument(text: string, at: number): { spans: Span[]; next: number } | undefined {
  const head = lineEnd(text, at);
  const word = HERE_DOCUMENT.exec(text.slice(at, Math.min(head, at + MAX_HEAD)))?.[1];
  if (word === undefined) return undefined;
  let line = nextLine(text, head);
  for (let lines = 0; line && lines < MAX_LINES; line = nextLine(text, line.end), lines += 1)
    if (text.slice(line.start, line.end).trim() === word)
      return { spans: [{ start: head + 1, end: Math.max(head + 1, line.start - 1) }], next: line.end };
  return { spans: [{ start: Math.min(head + 1, text.length), end: text.length }], next: text.length };
}

/** The `value` of a mapping under the name, as in `password:\n  value: x`. */
function statedValue(text: string, first: Span, own: number): { value: string; span: Span } | undefined {
  const indent = indentOf(text, first.start);
  if (indent <= own) return undefined;
  let line: Span | undefined = first;
  for (let lines = 0; line && lines < MAX_FIELDS; line = nextLine(text, line.end), lines += 1) {
    const own = indentOf(text, line.start);
    if (own < indent) return undefined;
    const scalar = own === indent ? scalarAfter(VALUE_FIELD, text, line) : undefined;
    if (scalar) return /^[&*|>-]/.test(scalar.value) ? undefined : scalar;
  }
  return undefined;
}

/** The values of the mapping, or list of mappings, that is below the name. */
function mappingBelow(text: string, first: Span, own: number, name: string): Span[] {
  const spans: Span[] = [];
  // Below a key that only describes nothing is a credential, and what is below another name is found there.
  let described = Number.POSITIVE_INFINITY;
  let line: Span | undefined = first;
  for (let lines = 0; line && lines < MAX_ENTRIES; lines += 1, line = nextLine(text, line.end)) {
    const indent = indentOf(text, line.start);
    if (indent > described) continue;
    const words = text.slice(line.start, Math.min(line.end, line.start + MAX_LINE)).trimEnd();
    if (words.trim() === '' || /^\s*#/.test(words)) continue;
    if (indent <= own && !(indent === own && words.charAt(indent) === '-')) break;
    if (SCHEMA.test(words)) return [];
    const entry = ENTRY.exec(words);
    const item = entry ? undefined : scalarAfter(/^\s*-\s+/, text, line);
    if (item && isOwned(name, undefined, item.value)) spans.push(item.span);
    if (item) continue;
    if (!entry) break;
    const key = entry[1] ?? entry[2] ?? entry[3] ?? '';
    const column = keyColumn(text, line.start);
    const at = line.start + entry[0].length;
    const value = words.slice(entry[0].length);
    described = value === '' && (onlyDescribes(name, key) || ownsMapping(key)) ? column : Number.POSITIVE_INFINITY;
    if (/^[|>][-+\d]{0,2}$/.test(value)) {
      const block = blockLines(text, line.end, column);
      spans.push(...block.spans.filter(({ start, end }) => isOwned(name, key, text.slice(start, end))));
      line = { start: line.start, end: Math.max(line.end, block.next) };
    } else if (/^[{[]/.test(value) && !value.startsWith('{{')) spans.push(...flowValues(text, at, name).spans);
    else spans.push(...ownedAt(at, value, name, key));
  }
  return spans;
}

function ownedAt(at: number, value: string, name: string, key: string): Span[] {
  const plain = /^["']/.test(value) ? value : value.replace(/\s#.*$/, '').trimEnd();
  const quote = /^(["']).*\1$/.test(plain) ? 1 : 0;
  const inner = plain.slice(quote, plain.length - quote);
  if (inner === '' || /^[&*!]/.test(plain) || !isOwned(name, key, inner)) return [];
  return [{ start: at + quote, end: at + quote + inner.length }];
}

/** The scalar that is all of the line after its head, without its quotes. */
function scalarAfter(head: RegExp, text: string, line: Span): { value: string; span: Span } | undefined {
  const words = text.slice(line.start, line.end).trimEnd();
  const lead = head.exec(words)?.[0].length ?? 0;
  const quote = /^["']/.exec(words.slice(lead))?.[0] ?? '';
  const value = words.slice(lead + quote.length, words.length - quote.length);
  if (lead === 0 || !words.endsWith(quote) || !/^[^\s"'{[#]/.test(value)) return undefined;
  const start = line.start + lead + quote.length;
  return { value, span: { start, end: start + value.length } };
}

/** The lines of the YAML block scalar below the line that ends here, as one. */
export function blockLines(text: string, headEnd: number, depth: number): { spans: Span[]; next: number } {
  let start = -1;
  let end = headEnd;
  for (let lines = 0; lines < MAX_LINES && end < text.length; lines += 1) {
    const line = { start: end + 1, end: lineEnd(text, end + 1) };
    const words = text.slice(line.start, line.end);
    if (words.trim() !== '') {
      const indent = indentOf(text, line.start);
      if (indent <= depth) break;
      if (start < 0) start = line.start + indent;
    } else if (start < 0 && line.end >= text.length) break;
    end = line.end;
  }
  if (start < 0) return { spans: [], next: headEnd };
  const spare = text.slice(start, end).length - text.slice(start, end).trimEnd().length;
  return { spans: [{ start, end: end - spare }], next: end };
}

/** The line's indentation in columns. */
export function indentOf(text: string, start: number): number {
  return /^[^\S\n]*/.exec(text.slice(start, Math.min(start + 400, lineEnd(text, start))))?.[0].length ?? 0;
}

/** The column of the line's key, which may follow list dashes. */
export function keyColumn(text: string, start: number): number {
  return (
    /^[^\S\n]*(?:-[^\S\n]+)*/.exec(text.slice(start, Math.min(start + 400, lineEnd(text, start))))?.[0].length ?? 0
  );
}

function nextLine(text: string, end: number): Span | undefined {
  if (end >= text.length) return undefined;
  return { start: end + 1, end: lineEnd(text, end + 1) };
}
