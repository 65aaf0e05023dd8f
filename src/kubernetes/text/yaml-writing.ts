import { Schema } from 'yaml';

/** A longer key needs the `?` indicator. */
const MAX_PLAIN_KEY_LENGTH = 1_024;
/** A longer text is not a date, but may be a number; in characters. */
const MAX_TYPED_LENGTH = 100;
/** What a plain string must not contain: YAML indicators at its start, inside or at its end. */
const SIGNS = /^[\s,[\]{}#&*!|>'"%@`]|^[?-](?:\s|$)|^---|^\.\.\.|:\s|\s#|[\s:]$/;
/** Characters no YAML may contain unescaped. */
const UNPRINTABLE = /(?![\t\n])[\p{Control}\u2028\u2029\ufeff\ufffe\uffff\p{Surrogate}]/u;
const WORDS = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** The tests for what YAML 1.1 or 1.2 reads as no string without quotes: numbers, dates and the like. */
const { tags, compat } = new Schema({ schema: 'core', compat: 'yaml-1.1' });
/** What begins a number to kubectl, which then ignores underscores; not so in YAML 1.2. */
const NUMBER_BEGIN = /^[-+]?\.?\d/;
const NUMBER = /^[-+]?(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][-+]?[01]+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/;
const typed = [...tags, ...(compat ?? [])].flatMap((tag) =>
  'test' in tag && tag.test && tag.default && tag.tag !== 'tag:yaml.org,2002:str' ? [tag.test] : [],
);

/** YAML as kubectl prints it: no line folding, no anchors, two spaces. Takes linear time. */
export function toYaml(value: unknown): string {
  const lines: string[] = [];
  const inside = isCollection(value);
  if (inside) writeMembers(value, '', '', lines);
  else lines.push(scalar(value, ''));
  return `${lines.join('\n')}\n`;
}

/** Writes the members of a list or an object; the first line begins with `first` instead of the indent. */
function writeMembers(value: object, indent: string, first: string, lines: string[]): void {
  let start = first;
  const next = () => {
    const begin = start;
    start = indent;
    return begin;
  };
  if (Array.isArray(value)) {
    for (const member of value) {
      if (isCollection(member)) writeMembers(member, `${indent}  `, `${next()}- `, lines);
      else lines.push(`${next()}- ${scalar(member ?? null, indent)}`);
    }
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const key = name.includes('\n') ? quoted(name) : scalar(name, indent);
    const long = key.length > MAX_PLAIN_KEY_LENGTH;
    if (long) lines.push(`${next()}? ${key}`);
    const head = long ? `${indent}:` : `${next()}${key}:`;
    if (!isCollection(member)) lines.push(`${head} ${scalar(member, indent)}`);
    else {
      lines.push(head);
      const inner = Array.isArray(member) ? indent : `${indent}  `;
      writeMembers(member, inner, inner, lines);
    }
  }
}

/** Does it have members to write? */
function isCollection(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some((member) => member !== undefined);
}

function scalar(value: unknown, indent: string): string {
  if (typeof value !== 'string') {
    if (Array.isArray(value)) return '[]';
    return typeof value === 'object' && value !== null ? '{}' : String(value);
  }
  if (UNPRINTABLE.test(value)) return quoted(value);
  if (value.includes('\n')) return block(value, `${indent}  `);
  if (value === '' || SIGNS.test(value) || isOther(value)) return quoted(value);
  return value;
}

function isOther(text: string): boolean {
  if (/^[a-z]/i.test(text)) return WORDS.test(text);
  // Long texts get one cheap test, and may be quoted without need.
  return text.length > MAX_TYPED_LENGTH
    ? /^[-+.\d][\w.+:-]*$/.test(text)
    : isNumber(text) || typed.some((test) => test.test(text));
}

function isNumber(text: string): boolean {
  return NUMBER_BEGIN.test(text) && NUMBER.test(text.replaceAll('_', ''));
}

function quoted(text: string): string {
  if (text.includes('"') && !text.includes("'") && !text.includes('\n') && !UNPRINTABLE.test(text)) return `'${text}'`;
  return JSON.stringify(text).replace(
    /[\p{Control}\u2028\u2029\ufeff\ufffe\uffff]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function block(text: string, indent: string): string {
  // Trailing or sole white space cannot be told from indentation; kubectl also takes a leading tab for it.
  if (/\n[\t ]+\n?$/.test(text) || /^\n* *\t/.test(text) || text.trim() === '') return quoted(text);
  const indicator = /^\n* /.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text.endsWith('\n\n') ? '+' : '';
  const body = text.replace(/\n$/, '').replace(/\n+/g, `$&${indent}`);
  // Kept trailing line ends have nothing to indent after them.
  return `|${indicator}${chomp}\n${indent}${body.replace(/\n[ ]*$/, '\n')}`;
}
