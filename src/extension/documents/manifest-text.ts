/** Kinds of files that are for tools, not for a cluster: kubeconfigs and kustomizations. */
const NO_OBJECT = /^v1 Config$|^kustomize\.config\.k8s\.io\//;

/** A longer line is no key, in characters. */
const MAX_LINE_LENGTH = 1_000;

/** Does a YAML text say what object of Kubernetes it is about, in one of its documents? */
export function looksLikeManifest(text: string): boolean {
  return kindsIn(text).some(({ apiVersion, kind }) => !NO_OBJECT.test(`${apiVersion} ${kind}`));
}

/** The kinds that the documents of a text are of. */
export function kindsIn(text: string): { apiVersion: string; kind: string }[] {
  return text.split(/^---.*$/m).flatMap((document) => {
    const [apiVersion, kind] = [topLevel(document, 'apiVersion'), topLevel(document, 'kind')];
    return apiVersion && kind ? [{ apiVersion, kind }] : [];
  });
}

/** Where somebody is in a manifest. */
export interface ManifestPlace {
  apiVersion: string;
  kind: string;
  /** The keys that lead to it; those of lists are left out. */
  above: string[];
  /** The key at the place, or as much of it as is typed. */
  key: string;
  /** Where the key begins in its line. */
  keyStart: number;
  /** What is typed of the value; undefined while the key is typed. */
  value: string | undefined;
  /** Other keys of the same mapping. */
  siblings: string[];
  /** A list is above, and this line does not begin a member of it. */
  bare: boolean;
}

interface Line {
  /** Where the key stands. */
  indent: number;
  /** Where the dash stands that makes it the first line of a list member. */
  dash: number | undefined;
  key: string;
}

/**
 * Finds the place by indentation alone, because what is being typed is not YAML yet. Undefined where there is no key: in a
 * comment, in a block of text, or in a document that does not say its kind.
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
  // What is at this indent belongs to the same mapping; a parent is further left, or above the dash of a list member.
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
