/** File kinds for tools, not for a cluster: kubeconfigs and kustomizations. */
const NO_OBJECT = /^v1 Config$|^kustomize\.config\.k8s\.io\//;

/** A longer line is not a key, in characters. */
const MAX_LINE_LENGTH = 1_000;

/** Does one of the YAML documents name a Kubernetes object? */
export function looksLikeManifest(text: string): boolean {
  return kindsIn(text).some(({ apiVersion, kind }) => !NO_OBJECT.test(`${apiVersion} ${kind}`));
}

/** The kinds of the documents in a text. */
export function kindsIn(text: string): { apiVersion: string; kind: string }[] {
  return text.split(/^---.*$/m).flatMap((document) => {
    const [apiVersion, kind] = [topLevel(document, 'apiVersion'), topLevel(document, 'kind')];
    return apiVersion && kind ? [{ apiVersion, kind }] : [];
  });
}

/** A position in a manifest. */
export interface ManifestPlace {
  apiVersion: string;
  kind: string;
  /** The keys that lead to it, without list indexes. */
  above: string[];
  /** The key at the position, or the part typed so far. */
  key: string;
  /** The column of the key. */
  keyStart: number;
  /** The part of the value typed so far; undefined while typing the key. */
  value: string | undefined;
  /** Other keys of the same mapping. */
  siblings: string[];
  /** The parent is a list, and this line does not start a member. */
  bare: boolean;
}

interface Line {
  /** The column of the key. */
  indent: number;
  /** The column of the dash, if this is the first line of a list member. */
  dash: number | undefined;
  key: string;
}

/**
 * Finds the position by indentation alone, because half-typed text is not valid YAML. Undefined if there is no key: in
 * a comment, in a block scalar, or in a document without a kind.
 */
export function manifestPlace(lines: readonly string[], line: number, character: number): ManifestPlace | undefined {
  const start = lines.findLastIndex((text, index) => index < line && text.startsWith('---')) + 1;
  const next = lines.findIndex((text, index) => index > line && text.startsWith('---'));
  const document = lines.slice(start, next < 0 ? undefined : next);
  const at = line - start;
  const whole = document.join('\n');
  const [apiVersion, kind] = [topLevel(whole, 'apiVersion'), topLevel(whole, 'kind')];
  const typed = /^(\s*(?:- +)*)("?)([\w./-]*)\2(?:(:\s+)(\S*))?$/.exec((document[at] ?? '').slice(0, character));
  if (!apiVersion || !kind || !typed) return undefined;
  const [, before = '', , key = '', colon, value] = typed;
  const own: Line = { indent: before.length, dash: dashOf(before), key };
  const parsed = document.map(parseLine);
  const { above, siblings: earlier } = upwards(parsed, at, own);
  const later = own.key === '' && own.dash !== undefined ? [] : downwards(parsed, at, own.indent);
  return {
    apiVersion,
    kind,
    above,
    key,
    keyStart: before.length,
    value: colon === undefined ? undefined : (value ?? ''),
    siblings: [...earlier, ...later],
    bare: own.dash === undefined && earlier.length === 0,
  };
}

function topLevel(document: string, key: string): string | undefined {
  return new RegExp(`^${key}:\\s+["']?([^\\s"'#]+)`, 'm').exec(document)?.[1];
}

function parseLine(text: string): Line | undefined {
  if (text.length > MAX_LINE_LENGTH) return undefined;
  const [, before, , key] = /^(\s*(?:- +)*)("?)([^\s"'#:][^"':]*)\2:(?:\s|$)/.exec(text) ?? [];
  return before === undefined || key === undefined ? undefined : { indent: before.length, dash: dashOf(before), key };
}

function dashOf(before: string): number | undefined {
  const dash = before.lastIndexOf('-');
  return dash < 0 ? undefined : dash;
}

function upwards(lines: readonly (Line | undefined)[], at: number, own: Line): { above: string[]; siblings: string[] } {
  const above: string[] = [];
  const siblings: string[] = [];
  // Lines at this indent belong to the same mapping; a parent is further left, or above the dash of a list member.
  let [indent, parent] = [own.indent, own.dash ?? own.indent - 1];
  let first = own.dash !== undefined;
  for (const line of lines.slice(0, at).reverse()) {
    if (!line) continue;
    if (!first && line.indent === indent) {
      if (above.length === 0) siblings.push(line.key);
      if (line.dash === undefined) continue;
      [parent, first] = [line.dash, true];
    } else if (line.indent <= parent) {
      above.unshift(line.key);
      [indent, parent, first] = [line.indent, line.dash ?? line.indent - 1, line.dash !== undefined];
    }
  }
  return { above, siblings };
}

function downwards(lines: readonly (Line | undefined)[], at: number, indent: number): string[] {
  const found: string[] = [];
  for (const line of lines.slice(at + 1)) {
    if (!line) continue;
    if (line.indent < indent || (line.dash !== undefined && line.dash < indent)) break;
    if (line.indent === indent) found.push(line.key);
  }
  return found;
}
