import { type Strength, strengthOf } from './credential-names.ts';
import { looksRandom } from './credential-values.ts';
import { lineEnd, matchAt, type Span } from './spans.ts';
import { valueAt } from './value-ends.ts';

/** The name of a credential in a text. */
export interface Name {
  text: string;
  name: string;
  start: number;
  end: number;
  strength: Strength;
}

/** The field of a value beside that of its name. */
export const VALUE_LABEL =
  /(?<![\w-])(?:value|val|content|string_?value|default(?:_?value)?)(?:\\{0,8}["'`]){0,2}\s{0,4}(?:=>|[:=]|>)[^\S\n]{0,8}/i;

/** `setPassword("…`, `password('…`: what is passed is the value, unless it is asked for by its name. */
const CALL = /\([^\S\n]{0,4}(?=\\{0,4}["'`])/y;
const SETTER =
  /(?:^|\.)(?:set\w{0,64}|(?!get|has|is|find|load|read|fetch|lookup|need|prompt|ask|input)\w{0,64}pass(?:word|wd|phrase|code)?)$/i;
/** `{password, "…"}`, `["token", "…"]`, `{pass, <<"…">>}`, `('SECRET_KEY', default='…')`: a pair in brackets. */
const PAIR = /(?:\\{0,4}["'`])?[^\S\n]{0,4},[^\S\n]{0,4}(?:<<|(?:default|fallback)=)?(?=\\{0,4}["'`])/y;
const PAIR_END = /^\\{0,4}["'`](?:>>)?[^\S\n]{0,4}[)}\]]/;
/** `env.DB_PASSWORD || "…"`, `ENV['DB_PASSWORD'] or '…'`, `.password | default "…"`: what is taken where there is none. */
const FALLBACK =
  /(?:\\{0,4}["'`]?[)\]]{0,2}[^\S\n]{0,4}(?:\|\||\?\?|\|[^\S\n]{0,4}default\b[^\S\n]{0,4}\(?)|\\{0,4}["'`][)\]]{1,2}[^\S\n]{0,4}(?:or\b|\{))[^\S\n]{0,4}(?=\\{0,4}["'`])/y;
/** `variable "db_password" {`, as in HCL. */
const BLOCK = /\b(?:variable|parameter|setting)[^\S\n]{1,4}"$/;
const BLOCK_BODY = /^"[^\S\n]{0,4}\{([^{}]{0,600})/;
/** `<Password value="`. */
const ATTRIBUTE = /[^<>\n]{0,120}?[^\S\n](?:value|val|content)[^\S\n]{0,4}=[^\S\n]{0,4}(?=["'])/iy;
/** `<td>password</td><td>…`, `<key>password</key><string>…`; a list's elements are names. */
const NEXT_ELEMENT =
  /<\/(?:(?!(?:li|th|option|label|name)>)[\w-]{1,40}>\s{0,80}<[a-z]|th>\s{0,80}<td)[^<>]{0,80}>[^\S\n]{0,8}/iy;
const MAX_ELEMENT = 4_096;
/** A part of a form: `Content-Disposition: form-data; name="password"`, an empty line, and the value. */
const FORM_NAME = /\bcontent-disposition:[^\n]{0,200}\bname="$/i;
const FORM_HEAD = /"[^\n]{0,200}\n(?:[\w-]{1,40}:[^\n]{0,200}\n){0,4}\r?\n/y;

/** The value of a name that no sign follows, but brackets, a comma or the value's own label; undefined if it has none. */
export function signlessValue(named: Name, before: string): Span | undefined {
  return (
    passed(named) ??
    besideOperator(named) ??
    besideComma(named, before) ??
    inBlock(named, before) ??
    inTag(named, before) ??
    inNextElement(named, before) ??
    inForm(named, before)
  );
}

function passed({ text, name, end, strength }: Name): Span | undefined {
  const call = strength === 'strong' && SETTER.test(name) ? matchAt(CALL, text, end) : undefined;
  return call === undefined ? undefined : valueAt(text, end + call.length);
}

function besideOperator({ text, end, strength }: Name): Span | undefined {
  const operator = strength === 'strong' ? matchAt(FALLBACK, text, end) : undefined;
  return operator === undefined ? undefined : valueAt(text, end + operator.length);
}

function besideComma({ text, end }: Name, before: string): Span | undefined {
  const open = /([[{(])\s{0,4}\\{0,4}["'`]?$/.exec(before)?.[1];
  // An unquoted word in parentheses is a variable that is passed.
  const isVariable = open === '(' && !/["'`]$/.test(before);
  const comma = open === undefined || isVariable ? undefined : matchAt(PAIR, text, end);
  if (comma === undefined) return undefined;
  const value = valueAt(text, end + comma.length);
  // Of arguments, there may be more.
  if (open === '(') return value;
  const words = text.slice(value.start, value.end);
  // Two texts in a list may be names: `resources: ["secrets", "configmaps"]`.
  if (open === '[' && /^[\w./:-]*$/.test(words) && !looksRandom(words)) return undefined;
  // Both may be names of fields.
  if (/^[A-Za-z_-]+$/.test(words) && strengthOf(words) !== 'none') return undefined;
  return PAIR_END.test(text.slice(value.end, value.end + 20)) ? value : undefined;
}

function inBlock({ text, end }: Name, before: string): Span | undefined {
  const body = BLOCK.test(before) ? BLOCK_BODY.exec(text.slice(end, end + 620))?.[1] : undefined;
  const label = body === undefined ? null : VALUE_LABEL.exec(body);
  return label ? valueAt(text, text.indexOf('{', end) + 1 + label.index + label[0].length) : undefined;
}

function inNextElement({ text, end, strength }: Name, before: string): Span | undefined {
  if (strength !== 'strong' || !before.endsWith('>')) return undefined;
  const tags = matchAt(NEXT_ELEMENT, text, end);
  if (tags === undefined) return undefined;
  const start = end + tags.length;
  const stop = text.slice(start, start + MAX_ELEMENT).search(/<|\n/);
  return stop <= 0 ? undefined : { start, end: start + stop };
}

function inForm({ text, end }: Name, before: string): Span | undefined {
  const head = FORM_NAME.test(before) ? matchAt(FORM_HEAD, text, end) : undefined;
  return head === undefined ? undefined : { start: end + head.length, end: lineEnd(text, end + head.length) };
}

function inTag({ text, end }: Name, before: string): Span | undefined {
  const attribute = before.endsWith('<') ? matchAt(ATTRIBUTE, text, end) : undefined;
  return attribute === undefined ? undefined : valueAt(text, end + attribute.length);
}
