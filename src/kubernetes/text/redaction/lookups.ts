import { strengthOf } from './credential-names.ts';
import { holdsRandom, looksRandom } from './credential-values.ts';
import { matchAt, matches, type Span } from './spans.ts';

/** An expression is no longer, in characters and in operands. */
const MAX_EXPRESSION = 400;
const MAX_PARTS = 8;
/** Of Helm, Jinja and the like, and of ERB. */
const TEMPLATE = /(?:\{\{[^{}\n]{1,396}\}\}|<%(?:(?!%>)[^\n]){1,396}%>)/y;
const PATH = /[A-Za-z_$][\w$]{0,64}(?:(?:\.|::|->|\?\.)[A-Za-z_$][\w$]{0,64}){0,8}/y;
const MEMBER = /(?:\.|::|->|\?\.)[A-Za-z_$][\w$]{0,64}/y;
const OPEN = /(?=[([])|[^\S\n]{1,2}(?=\{[^\S\n]{0,4}\\{0,4}["'])/y;
const OPERATOR = /[^\S\n]{0,4}(?:\|\||\?\?|\?:|\bor\b)[^\S\n]{0,4}/y;
/** What may follow an expression; a value that only begins like one goes on. */
const END =
  /[^\S\n]{0,4}(?:$|[\r\n,;)}\]#]|\\{1,8}[nrt"']|["'`](?:$|[\s,:;)}\]]))|[^\S\n]{1,4}(?:[^\S\n]|if\b|\||\/\/|%>)/y;
const LITERAL = /(\\{0,4})(["'`])((?:(?!(?<!\\)\1\2)[^\n]){0,400})(?<!\\)\1\2/dg;
const ESCAPES = /\\{0,4}(?=["'`])/y;
/** Where values are looked up. Any other path may be the value itself: `hunter2 or 'x'`. */
const PLACE =
  /^(?:(?:process\.env|import\.meta\.env|os\.environ|env|ENV|config|settings)\.[\w.]+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/;
/** Calls that are given the name of what they look up. */
const LOOKUP =
  /(?:^|[._:>])(?:get\w{0,40}|fetch\w{0,40}|env\w{0,40}|config\w{0,40}|lookup\w{0,40}|read\w{0,40}|load\w{0,40}|find\w{0,40}|(?<=\.)(?:str|int|bool)|settings?|props?|properties|params?|opt(?:ion)?s?)$/i;
/** What stands before such a name. */
const FIRST_ARGUMENT = /[\w$)\]][([](?:\s|\\[nrt]){0,40}$/;
/** In a template, where `"` stands for each literal: what follows such a word are names, up to the next bar or operator, … */
const NAMES_FOLLOW =
  /^[\s({-]{0,8}(?:(?:if|with|range|not)\b[\s(]{0,4})?(?:(?:index|lookup|hasKey|dig)\b|(?:include|template|required|fail|env|expandenv|getenv|get|eq|ne)\b[^"]*$)/;
/** … except in what makes a value. */
const MADE = /\((dict|list|set|merge|coalesce|default|ternary|tpl)\b([^()]*)$/;
const OPERATORS = /\||\bor\b|\belse\b|\?\?/g;

/** The end of the call, lookup or template that begins here and has a literal in it; undefined where none does. */
export function expressionEnd(text: string, at: number): number | undefined {
  const near = text.slice(at, at + MAX_EXPRESSION);
  if (!/^(?:[A-Za-z_$]|\{\{|<%)/.test(near) || !/["'`]/.test(near)) return undefined;
  const end = templateEnd(near, 0) ?? codeEnd(near);
  if (end === undefined || !/["'`]/.test(near.slice(0, end))) return undefined;
  // Words behind a call are of the next field.
  const isOver = matchAt(END, near, end) !== undefined || /^\)[^\S\n]/.test(near.slice(end - 1, end + 1));
  return isOver ? at + end : undefined;
}

/** The end of the template that begins here, which may be all that is between quotes; undefined where none does. */
export function templateEnd(text: string, at: number): number | undefined {
  if (!/[{<]/.test(text.charAt(at))) return undefined;
  const template = matchAt(TEMPLATE, text.slice(at, at + MAX_EXPRESSION), 0);
  return template === undefined ? undefined : at + template.length;
}

function codeEnd(near: string): number | undefined {
  let end = 0;
  for (let parts = 0; parts < MAX_PARTS; parts += 1) {
    const operand = operandEnd(near, end);
    // A path alone may be anything.
    if (operand === undefined) return undefined;
    const operator = matchAt(OPERATOR, near, operand);
    const isAlone = parts === 0 && operator === undefined;
    const path = near.slice(end, operand);
    if (!isAlone && /^[\w$.:?>-]+$/.test(path) && !/^\d$/.test(path) && !PLACE.test(path)) return undefined;
    if (operator === undefined) return operand;
    end = operand + operator.length;
  }
  return undefined;
}

function operandEnd(near: string, from: number): number | undefined {
  const escapes = matchAt(ESCAPES, near, from);
  if (escapes !== undefined) return literalEnd(near, from + escapes.length);
  const path = matchAt(PATH, near, from);
  if (path === undefined) return /\d/.test(near.charAt(from)) ? from + 1 : undefined;
  let end = from + path.length;
  for (let parts = 0; parts < MAX_PARTS; parts += 1) {
    const open = matchAt(OPEN, near, end);
    const member = open === undefined ? matchAt(MEMBER, near, end) : undefined;
    if (open === undefined && member === undefined) return end;
    const next = open === undefined ? end + (member ?? '').length : groupEnd(near, end + open.length);
    if (next === undefined) return undefined;
    end = next;
  }
  return end;
}

/** The position after the bracket that closes the one here. */
function groupEnd(near: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < near.length; at += 1) {
    const char = near.charAt(at);
    if (/["'`]/.test(char)) {
      const end = literalEnd(near, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (/[([{]/.test(char)) depth += 1;
    else if (/[)\]}]/.test(char)) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

function literalEnd(near: string, from: number): number | undefined {
  const escapes = /\\{0,4}$/.exec(near.slice(Math.max(0, from - 4), from))?.[0].length ?? 0;
  LITERAL.lastIndex = from - escapes;
  const found = LITERAL.exec(near);
  return found?.index === from - escapes ? LITERAL.lastIndex : undefined;
}

/** The literals of a lookup or template, except the name that is looked up; undefined for any other value. */
export function defaultsIn(value: string): Span[] | undefined {
  if (!isLookup(value)) return undefined;
  const spans: Span[] = [];
  let part = '';
  let from = 0;
  for (const { 0: literal, indices, 3: words = '', index } of matches(LITERAL, value)) {
    const between = value.slice(from, index);
    const last = matches(OPERATORS, between).at(-1);
    part = last ? between.slice(last.index + last[0].length) : part + between;
    from = index + literal.length;
    const [start, end] = indices?.[3] ?? [0, 0];
    if (!isName(value, part, words)) spans.push({ start, end });
    part += '"';
  }
  // A quote that is not closed.
  return /["'`]/.test(value.slice(from)) ? undefined : spans;
}

function isLookup(value: string): boolean {
  if (expressionEnd(value, 0) !== value.length) return false;
  // What spans lines is code, whatever it calls.
  if (/^(?:\{\{|<%)/.test(value) || value.includes('\n')) return true;
  const path = matchAt(PATH, value, 0) ?? '';
  return !value.startsWith('(', path.length) || LOOKUP.test(path);
}

function isName(value: string, part: string, words: string): boolean {
  if (holdsRandom(words)) return false;
  const made = value.startsWith('{{') ? MADE.exec(part) : null;
  // A dictionary's keys and values take turns.
  if (made) return made[1] === 'dict' && (made[2] ?? '').split('"').length % 2 === 1;
  if (value.startsWith('{{') && NAMES_FOLLOW.test(part)) return true;
  if (!FIRST_ARGUMENT.test(part) || !/^[A-Za-z][\w./-]{0,127}$/.test(words)) return false;
  if (/^[A-Z]+$|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(words)) return true;
  return !looksRandom(words) && !/[A-Za-z]\d[A-Za-z]|[a-z]\d+$/.test(words) && strengthOf(words) !== 'none';
}
