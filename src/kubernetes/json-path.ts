import { JSONPath } from 'jsonpath-plus';
import { messageOf, UserError } from './errors.ts';

/** A JSONPath as kubectl writes it, with the header that a column made of it has. */
export interface Column {
  header: string;
  path: string;
}

/** Reads `.spec.nodeName`, `{.spec.nodeName}` or, with a header of one's own, `NODE:.spec.nodeName`. */
export function parseColumn(text: string): Column {
  const match = /^([A-Za-z][\w -]*):(.+)$/.exec(text.trim());
  const path = (match?.[2] ?? text).trim();
  if (match?.[1]) return { header: match[1].toUpperCase(), path };
  const words = path.match(/[A-Za-z_][\w-]*/g) ?? [];
  return { header: (words.at(-1) ?? path).toUpperCase(), path };
}

/**
 * Every value that the path finds in `json`; filters such as `[?(@.type=="Ready")]` are interpreted, never executed.
 * @throws UserError when the path cannot be read.
 */
export function queryPath(json: object, path: string): unknown[] {
  try {
    return JSONPath({ path: standardPath(path), json, wrap: true, eval: 'safe' }) as unknown[];
  } catch (error) {
    throw new UserError(
      `"${path}" is not a JSONPath: ${messageOf(error).slice(0, 200)}. Examples: .spec.nodeName, .spec.containers[*].image, .metadata.labels['app.kubernetes.io/name'].`,
    );
  }
}

// kubectl writes {.a.b\.c}; the library wants $.a['b.c'].
function standardPath(path: string): string {
  const bare = path
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .trim();
  const escaped = bare.replace(
    /\.?((?:[^.[\]\\]|\\\.)*\\\.(?:[^.[\]\\]|\\\.)*)/g,
    (_, key: string) => `['${key.replace(/\\\./g, '.')}']`,
  );
  if (escaped.startsWith('$')) return escaped;
  return escaped.startsWith('.') || escaped.startsWith('[') ? `$${escaped}` : `$.${escaped}`;
}
