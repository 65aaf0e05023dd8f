import { Schema } from 'yaml';

/** A longer key has to be marked as one. */
const LONGEST_KEY = 1_024;
/** What a string without quotes must not look like: signs of YAML at its start, inside or at its end, and nothing else than text. */
const SIGNS = /^[\s,[\]{}#&*!|>'"%@`]|^[?-](?:\s|$)|^---|^\.\.\.|:\s|\s#|[\s:]$/;
/** What no YAML may hold as it is. */
const UNPRINTABLE = /(?![\t\n])[\p{Control}\u2028\u2029\ufeff\p{Surrogate}]/u;
const WORDS = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** Whatever YAML 1.1 or 1.2 take for something else than a string when it has no quotes: numbers, dates and the like. */
const { tags, compat } = new Schema({ schema: 'core', compat: 'yaml-1.1' });
const others = [...tags, ...(compat ?? [])].flatMap((tag) =>
  'test' in tag && tag.test && tag.default && tag.tag !== 'tag:yaml.org,2002:str' ? [tag.test] : [],
);

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
    const long = key.length > LONGEST_KEY;
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
  return /^[a-z]/i.test(text) ? WORDS.test(text) : others.some((test) => test.test(text));
}

function quoted(text: string): string {
  if (text.includes('"') && !text.includes("'") && !text.includes('\n') && !UNPRINTABLE.test(text)) return `'${text}'`;
  return JSON.stringify(text).replace(
    /[\p{Control}\u2028\u2029\ufeff]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function block(text: string, indent: string): string {
  // What ends in an empty line with spaces, or is nothing else, cannot be told from indentation.
  if (/\n[\t ]+$/.test(text) || text.trim() === '') return quoted(text);
  const indicator = /^\n*[ \t]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text.endsWith('\n\n') ? '+' : '';
  const body = text.replace(/\n$/, '').replace(/\n+/g, `$&${indent}`);
  // Line ends that are kept at the end are not followed by anything to indent.
  return `|${indicator}${chomp}\n${indent}${body.replace(/\n[ ]*$/, '\n')}`;
}
