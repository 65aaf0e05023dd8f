import { stringify } from 'yaml';

/** No line folding, no anchors, two spaces; what YAML 1.1 takes for a boolean (`yes`) is quoted. */
const STYLE = { lineWidth: 0, aliasDuplicateObjects: false, indentSeq: false, compat: 'yaml-1.1' } as const;

/** Text that no YAML takes for anything else: words, names, images, quantities, addresses, UIDs. */
const PLAIN =
  /^(?!(?:y|n|yes|no|on|off|true|false|null|e[-+]?\d+)$)(?:[a-z/][\w./]*(?:[:@=+-]+[\w./]+| [\w./]+)*|\d+(?:m|[kmgt]i)|\d+\.\d+\.\d+\.\d+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;
/** Text that a YAML takes for a number or a time. */
const QUOTED = /^(?:\d*|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)$/;
/** A longer key is not written in front of its value. */
const LONGEST_KEY = 256;

/**
 * A JSON value as YAML, as kubectl prints it and as the `yaml` library does. Written here, but for texts that take thought: the library makes
 * a node of every value first, which costs as much time as all else that a `get` does.
 */
export function toYaml(value: unknown): string {
  if (Array.isArray(value) && value.length > 0) return sequence(value, '');
  if (isMapping(value)) return mapping(value, '') || '{}\n';
  return stringify(value, STYLE);
}

/** Its lines; '' for an empty one. */
function mapping(object: object, indent: string): string {
  let text = '';
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    const block = PLAIN.test(key) && key.length <= LONGEST_KEY ? blockOf(value, indent, `${indent}  `) : undefined;
    if (block !== undefined) text += `${indent}${key}:\n${block}`;
    else {
      const scalar = PLAIN.test(key) && key.length <= LONGEST_KEY ? scalarOf(value) : undefined;
      text +=
        scalar === undefined ? indented(stringify({ [key]: value }, STYLE), indent) : `${indent}${key}: ${scalar}\n`;
    }
  }
  return text;
}

function sequence(items: readonly unknown[], indent: string): string {
  let text = '';
  for (const item of items) {
    const inner = `${indent}  `;
    const block = blockOf(item, inner, inner);
    if (block !== undefined) text += `${indent}- ${block.slice(inner.length)}`;
    else {
      const scalar = scalarOf(item);
      text += scalar === undefined ? indented(stringify([item], STYLE), indent) : `${indent}- ${scalar}\n`;
    }
  }
  return text;
}

/** The lines of what has some of its own. */
function blockOf(value: unknown, sequenceIndent: string, mappingIndent: string): string | undefined {
  if (Array.isArray(value)) return value.length > 0 ? sequence(value, sequenceIndent) : undefined;
  return isMapping(value) ? mapping(value, mappingIndent) || undefined : undefined;
}

/** What fits behind a key; undefined for what the library has to write. */
function scalarOf(value: unknown): string | undefined {
  if (typeof value === 'string') return PLAIN.test(value) ? value : QUOTED.test(value) ? `"${value}"` : undefined;
  if (typeof value === 'boolean' || value === null) return String(value);
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  if (Array.isArray(value)) return '[]';
  return isMapping(value) ? '{}' : undefined;
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function indented(text: string, indent: string): string {
  return indent === '' ? text : text.replace(/(^|\n)(?=[^\n])/g, `$1${indent}`);
}
