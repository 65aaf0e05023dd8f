import { Schema } from 'yaml';

/** A longer key has to be marked as one. */
const MAX_PLAIN_KEY_LENGTH = 1_024;
/** A longer text is no date, but may be a number, in characters. */
const MAX_TYPED_LENGTH = 100;
/** What a string without quotes must not look like: signs of YAML at its start, inside or at its end, and nothing else than text. */
const SIGNS = /^[\s,[\]{}#&*!|>'"%@`]|^[?-](?:\s|$)|^---|^\.\.\.|:\s|\s#|[\s:]$/;
/** What no YAML may hold as it is. */
const UNPRINTABLE = /(?![\t\n])[\p{Control}\u2028\u2029\ufeff\ufffe\uffff\p{Surrogate}]/u;
const WORDS = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** Whatever YAML 1.1 or 1.2 take for something else than a string when it has no quotes: numbers, dates and the like. */
const { tags, compat } = new Schema({ schema: 'core', compat: 'yaml-1.1' });
/** Strings that kubectl would take for a number, and YAML 1.2 would not. */
const NUMBER_TO_KUBECTL =
  /^[-+]?(0_*[xX][\da-fA-F_]+|0_*[oO][0-7_]+|0_*[bB][-+]?[01_]+|(\.\d[\d_]*|\d[\d_]*(\.[\d_]*)?)(_*[eE]_*[-+]?_*\d[\d_]*)?_*)$/;
const typed = [...tags, ...(compat ?? [])].flatMap((tag) =>
  'test' in tag && tag.test && tag.default && tag.tag !== 'tag:yaml.org,2002:str' ? [tag.test] : [],
);
const others = [...typed, NUMBER_TO_KUBECTL];

/** YAML as kubectl prints it: no line folding, no anchors, two spaces. Takes time linear in what is written. */
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
  // What is long is looked at once, and may have quotes that it does not need.
  return text.length > MAX_TYPED_LENGTH ? /^[-+.\d][\w.+:-]*$/.test(text) : others.some((test) => test.test(text));
}

function quoted(text: string): string {
  if (text.includes('"') && !text.includes("'") && !text.includes('\n') && !UNPRINTABLE.test(text)) return `'${text}'`;
  return JSON.stringify(text).replace(
    /[\p{Control}\u2028\u2029\ufeff\ufffe\uffff]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function block(text: string, indent: string): string {
  // What ends in an empty line with spaces, or is nothing else, cannot be told from indentation; kubectl takes a tab for it.
  if (/\n[\t ]+$/.test(text) || /^\n* *\t/.test(text) || text.trim() === '') return quoted(text);
  const indicator = /^\n* /.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text.endsWith('\n\n') ? '+' : '';
  const body = text.replace(/\n$/, '').replace(/\n+/g, `$&${indent}`);
  // Line ends that are kept at the end are not followed by anything to indent.
  return `|${indicator}${chomp}\n${indent}${body.replace(/\n[ ]*$/, '\n')}`;
}
