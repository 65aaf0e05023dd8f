import {
  type ApiResource,
  apiVersionOf,
  pathOf,
  resourceNameOf,
} from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { TABLE_TYPE } from '../../../kubernetes/apimachinery/media-types.ts';
import type { KubernetesList, KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { mapUnhurried } from '../../../kubernetes/apimachinery/unhurried.ts';
import type { ApiClient } from '../../../kubernetes/client/client.ts';
import { listInNamespaces } from '../../../kubernetes/client/fan-out.ts';
import type { ApiRequest } from '../../../kubernetes/client/request.ts';
import { type Column, PathBudget, parseColumns, queryPath } from '../../../kubernetes/text/json-path.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { cellOf, cellText, renderRows, type ServerTable, textTable } from '../../../kubernetes/text/table.ts';
import { bounded, renderObject } from '../../core/response.ts';
import { placeText } from './across-namespaces.ts';
import { knownSchema } from './mistyped-path.ts';
import { readSelected, type Selected, type Selection } from './selection.ts';
import { forQuery } from './shown-object.ts';
import { columnAt, isHeader, shownCell } from './table-cells.ts';

/** Our own continue token, for sorted lists and APIs without paging. */
const OWN_TOKEN = /^from-(\d{1,9})$/;

/** Groups whose kinds and columns are defined by Kubernetes itself. */
const BUILT_IN_GROUPS = new Set(
  ['', 'apps', 'batch', 'autoscaling', 'policy', 'extensions'].concat(
    [
      'admissionregistration',
      'apiextensions',
      'apiregistration',
      'authentication',
      'authorization',
      'certificates',
      'coordination',
      'discovery',
      'events',
      'flowcontrol.apiserver',
      'internal.apiserver',
      'networking',
      'node',
      'rbac.authorization',
      'resource',
      'scheduling',
      'storage',
      'storagemigration',
    ].map((group) => `${group}.k8s.io`),
  ),
);

type Output = 'table' | 'wide' | 'name' | 'yaml';

/** What is listed, and how it is shown. */
export interface Query {
  client: ApiClient;
  resource: ApiResource;
  /** Undefined: all namespaces, or a cluster-scoped kind. */
  namespace: string | undefined;
  /** Where there are several. */
  namespaces: readonly string[];
  /** Named before each object, where there are several. */
  context?: string | undefined;
  /** Shows the namespace column even where there is one namespace only. */
  showsNamespace: boolean;
  selectors: { labelSelector: string | undefined; fieldSelector: string | undefined };
  output: Output;
  columns: readonly string[];
  selection: Selection | undefined;
  signal: AbortSignal;
}

/** One page: its header, if any, a text per object, and where the list continues. */
export interface Page {
  header: string | undefined;
  entries: string[];
  continue: string | undefined;
  remaining: number | undefined;
  /** Columns that found nothing in any object. */
  emptyPaths: string[];
  /** What there is to say of a selection. */
  selected?: Omit<Selected, 'list'>;
  /** How many built-in objects were left out. */
  folded: number;
  /** Shortens the page, where the API server sent more than requested. */
  cut?: (count: number) => Page;
}

/** How many objects are asked for at first: no fewer than a call without a limit lists, unless each is long. */
const FIRST_PART: Readonly<Record<Output, number>> = { table: 150, wide: 150, name: 400, yaml: 10 };
/** The share of a page's objects for which no other part is asked for. */
const NOT_WORTH_ASKING = 0.1;
/** The share of the room that a part may take by the entries before it: what does not fit is asked for again. */
const FILLED = 0.95;

/**
 * A page of at most `limit` objects: those that fit into `length` characters, at least one. Only the API server can
 * make a token for the point where it ends, so it is read in parts of the size that fits.
 */
export async function fetchFitting(
  query: Query,
  limit: number,
  token: string | undefined,
  length: number,
): Promise<Page> {
  // With a selection all is read in any case.
  const count = query.selection ? limit : Math.min(limit, FIRST_PART[query.output]);
  const first = await fetchPage(query, count, token);
  const fitting = countFitting(first, length);
  if (fitting < first.entries.length) {
    const fewer = Math.max(fitting, 1);
    return first.cut?.(fewer) ?? fetchPage(query, fewer, token);
  }
  return first.cut ? first : fetchMore(query, first, limit, length);
}

async function fetchMore(query: Query, page: Page, limit: number, length: number): Promise<Page> {
  const read = page.entries.length + page.folded;
  const size = sizeOf(page);
  const left = limit - read;
  const room = size === 0 ? 0 : Math.floor((FILLED * (length - size) * page.entries.length) / size);
  if (!page.continue || left === 0 || room < Math.min(left, read * NOT_WORTH_ASKING)) return page;
  const part = await fetchPage(query, Math.min(left, room), page.continue);
  const fitting = countFitting(part, length - size);
  if (fitting === part.entries.length) return fetchMore(query, joined(page, part), limit, length);
  return fitting === 0 ? page : joined(page, await fetchPage(query, fitting, page.continue));
}

function joined(page: Page, part: Page): Page {
  return {
    ...part,
    entries: [...page.entries, ...part.entries],
    emptyPaths: page.emptyPaths.filter((path) => part.emptyPaths.includes(path)),
    folded: page.folded + part.folded,
  };
}

function sizeOf({ header = '', entries }: Page): number {
  return entries.reduce((size, entry) => size + entry.length + 1, header.length);
}

/** A page of at most `limit` objects. Some aggregated APIs ignore it; their list is cut here, with our own token. */
async function fetchPage(query: Query, limit: number, token: string | undefined): Promise<Page> {
  const start = Number(OWN_TOKEN.exec(token ?? '')?.[1] ?? 0);
  // Where all is read, no page of the API server can be gone on from.
  if (token && start === 0 && query.selection)
    throw new UserError(
      'This continue token is of a list without where and sortBy: leave them out as in that call, or leave out continue.',
    );
  const read = start > 0 ? await readPage(query, undefined, undefined) : await readPage(query, limit, token);
  const page = query.context === undefined ? read : namingContext(read, oneLine(query.context));
  return start > 0 || page.entries.length > limit ? cutPage(page, start, limit) : page;
}

function namingContext(page: Page, context: string): Page {
  return {
    ...page,
    header: page.header && `CONTEXT\t${page.header}`,
    entries: page.entries.map((entry) =>
      entry.startsWith('---\n') ? `# context ${context}\n${entry}` : `${context}\t${entry}`,
    ),
  };
}

function cutPage(page: Page, start: number, limit: number): Page {
  const { entries } = page;
  const end = start + limit;
  const more = end < entries.length;
  return {
    ...page,
    entries: entries.slice(start, end),
    continue: more ? `from-${end}` : undefined,
    remaining: more ? entries.length - end : undefined,
    cut: (count) => cutPage(page, start, count),
  };
}

async function readPage(
  query: Query,
  limit: number | undefined,
  token: string | undefined,
  canBeTable = true,
): Promise<Page> {
  const { client, resource, namespace, namespaces, selectors, selection, output, columns, signal } = query;
  const showTable = canBeTable && columns.length === 0 && (output === 'table' || output === 'wide');
  // The table's cells may be asked for beside fields.
  const asTable = showTable || (canBeTable && (selection?.order?.header !== undefined || columns.some(isHeader)));
  const showNamespace = resource.namespaced && (query.showsNamespace || namespace === undefined);
  const includeObject = selection || !showTable ? 'Object' : rowObject(resource, showNamespace);
  const read = (bounds: { limit: number | undefined; continue: string | undefined }) => {
    const request: ApiRequest = {
      path: pathOf(resource, namespace),
      query: { ...bounds, ...selectors, ...(asTable ? { includeObject } : {}) },
      ...(asTable ? { accept: TABLE_TYPE } : {}),
      signal,
      timeout: 60_000,
    };
    const list = (one: ApiRequest) => client.json<ServerTable | KubernetesList>(one);
    return namespaces.length > 0 ? listInNamespaces(request, namespaces, list) : list(request);
  };
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const schemaOf = () => knownSchema(client, resource, signal);
  const selected = selection && (await readSelected(selection, type, read, schemaOf));
  const answer = selected?.list ?? (await read({ limit, continue: token }));
  const rest = { continue: answer.metadata?.continue || undefined, remaining: answer.metadata?.remainingItemCount };
  // Rows without columns are meaningless.
  if ('rows' in answer && answer.rows.length > 0 && answer.columnDefinitions.length === 0)
    return readPage(query, limit, token, false);
  if ('rows' in answer && showTable) {
    const { header, rows } = await textTable(answer, { wide: output === 'wide', namespaces: showNamespace });
    const own = isFolded(query) ? rows.filter(([name]) => !name?.startsWith('system:')) : rows;
    // Cells may hold messages, which anyone may have written.
    const entries = renderRows(own).map(redactText);
    return { header: header.join('\t'), entries, ...rest, emptyPaths: [], selected, folded: rows.length - own.length };
  }
  const table = 'rows' in answer ? answer : undefined;
  const objects = 'rows' in answer ? answer.rows.map(({ object }) => object ?? {}) : (answer.items ?? []);
  // List items carry no kind, which redaction needs.
  const items = objects.map((item) => ({ ...type, ...item }));
  return { emptyPaths: [], selected, folded: 0, ...(await renderItems(query, items, table, showNamespace)), ...rest };
}

// A cluster starts with dozens of these, rarely of interest; a selector or columns bring them back.
function isFolded({ resource, selectors, columns, selection }: Query): boolean {
  const isRole = /^cluster(roles|rolebindings)\.rbac\.authorization\.k8s\.io$/.test(resourceNameOf(resource));
  return isRole && !selection && columns.length === 0 && !selectors.labelSelector && !selectors.fieldSelector;
}

// A custom resource's printer columns may show any field, so the whole object is needed to know what to redact.
function rowObject({ group }: ApiResource, showNamespace: boolean): 'Object' | 'Metadata' | 'None' {
  if (!BUILT_IN_GROUPS.has(group)) return 'Object';
  return showNamespace ? 'Metadata' : 'None';
}

async function renderItems(
  { output, columns }: Query,
  items: KubernetesObject[],
  table: ServerTable | undefined,
  namespaces: boolean,
): Promise<Pick<Page, 'header' | 'entries'> & { emptyPaths?: string[] }> {
  if (output === 'yaml' && columns.length === 0)
    return { header: undefined, entries: await mapUnhurried(items, (item) => `---\n${renderObject(item).trimEnd()}`) };
  const place = (item: KubernetesObject) => [
    ...(namespaces ? [cellText(item.metadata?.namespace)] : []),
    cellText(item.metadata?.name),
  ];
  if (output === 'name' && columns.length === 0)
    return { header: undefined, entries: items.map((item) => place(item).join('/')) };
  const parsed =
    columns.length > 0 ? columnsOf(columns, table) : [{ header: 'CREATED', path: '.metadata.creationTimestamp' }];
  const header = [...(namespaces ? ['NAMESPACE'] : []), 'NAME', ...parsed.map((column) => column.header)];
  const found = new Set<string>();
  const budget = new PathBudget();
  const rows = await mapUnhurried(items, (item, row) => {
    const shown = forQuery(item, columns);
    const cells = parsed.map(({ path, cell }) => {
      if (cell !== undefined) return shownCell(table?.rows[row]?.cells ?? [], cell);
      const values = queryPath(shown, path, budget);
      if (values.length > 0) found.add(path);
      return cellOf(values);
    });
    return [...place(item), ...cells];
  });
  const emptyPaths = parsed.flatMap(({ path, cell }) => (cell !== undefined || found.has(path) ? [] : path));
  return { header: header.join('\t'), entries: renderRows(rows), emptyPaths };
}

/** A JSONPath, or a cell of the table that has such a header. */
interface ShownColumn extends Column {
  cell?: number;
}

// A name and a namespace are there in any case.
function columnsOf(texts: readonly string[], table: ServerTable | undefined): ShownColumn[] {
  return texts.flatMap((text) => {
    const cell = table && isHeader(text.trim()) ? columnAt(table, text) : undefined;
    if (cell === undefined) return parseColumns([text]);
    const header = text.trim().toUpperCase();
    return header === 'NAME' ? [] : { header, path: text, cell };
  });
}

/** How many of the page's objects fit into `length` characters. */
export function countFitting({ header, entries }: Pick<Page, 'header' | 'entries'>, length: number): number {
  let size = header?.length ?? 0;
  let count = 0;
  for (const entry of entries) {
    size += entry.length + 1;
    if (size > length) break;
    count += 1;
  }
  return count;
}

/** A page as text, in parts. */
export interface PageText {
  summary: string;
  header: string | undefined;
  entries: string[];
  /** How to get what follows, if anything does. */
  rest: { text: string; token: string } | undefined;
}

/** A page's text; `continued` if it is not the first. */
export function pageText(query: Query, page: Page, continued: boolean): PageText {
  const { header, entries, folded } = page;
  const total = page.remaining === undefined || continued ? '' : ` of ${entries.length + folded + page.remaining}`;
  const left = page.remaining === undefined ? 'More' : `${page.remaining} more`;
  const summary = `${entries.length}${total} ${resourceNameOf(query.resource)}${placesText(query)}${folded > 0 ? `, ${folded} of Kubernetes itself (system:…) left out: labelSelector=kubernetes.io/bootstrapping lists them` : ''}`;
  return { summary, header, entries, rest: page.continue ? { text: left, token: page.continue } : undefined };
}

/** The rows below their header, in at most `length` characters. */
export function rowsText({ header, entries }: Pick<PageText, 'header' | 'entries'>, length: number): string {
  const text = [...(header ? [header] : []), ...entries].join('\n');
  return bounded(text, 'Use get_resource with fields for this object.', length);
}

/** Where the query looks: see `placeText`. */
export function placesText({ resource, namespace, namespaces }: Query): string {
  return namespaces.length > 0 ? ` in namespaces ${namespaces.join(', ')}` : placeText(resource, namespace);
}
