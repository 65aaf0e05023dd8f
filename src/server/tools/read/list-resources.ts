import * as z from 'zod';
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
import { listNamespaces } from '../../../kubernetes/client/namespaces.ts';
import { missingNamespaceText } from '../../../kubernetes/client/not-found.ts';
import type { ApiRequest } from '../../../kubernetes/client/request.ts';
import { PathBudget, parseColumns, queryPath } from '../../../kubernetes/text/json-path.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { cellOf, cellText, renderRows, type ServerTable, textTable } from '../../../kubernetes/text/table.ts';
import { bounded, MAX_CHARACTERS, renderObject } from '../../core/response.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { acrossNamespaces, placeText } from '../parts/across-namespaces.ts';
import { countAll, renderGroups } from '../parts/group-by.ts';
import { type MistypedPath, mistypedPaths } from '../parts/mistyped-path.ts';
import { parseSelection, readSelected, type Selection } from '../parts/selection.ts';
import { forQuery } from '../parts/shown-object.ts';

/** Per call. */
const MAX_KINDS = 25;
/** Our own continue token, for APIs without paging. */
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

interface Query {
  client: ApiClient;
  resource: ApiResource;
  /** Undefined: all namespaces, or a cluster-scoped kind. */
  namespace: string | undefined;
  /** Where there are several. */
  namespaces: readonly string[];
  selectors: { labelSelector: string | undefined; fieldSelector: string | undefined };
  output: Output;
  columns: readonly string[];
  selection: Selection | undefined;
  /** The most characters of the answer. */
  length: number;
  signal: AbortSignal;
}

/** One page: its header, if any, a text per object, and where the list continues. */
interface Page {
  header: string | undefined;
  entries: string[];
  continue: string | undefined;
  remaining: number | undefined;
  /** Columns that found nothing in any object. */
  emptyPaths: string[];
  /** How many built-in objects were left out. */
  folded: number;
  /** Shortens the page, where the API server sent more than requested. */
  cut?: (count: number) => Page;
}

const input = {
  kind: parameters.kind.describe(
    `As in kubectl: Deployment, deploy, deployments.apps; or up to ${MAX_KINDS}: deploy,svc,cm`,
  ),
  apiVersion: parameters.apiVersion,
  namespace: parameters.namespace.describe('One or more: a,b'),
  labelSelector: z.string().optional(),
  fieldSelector: z.string().optional().describe('e.g. status.phase=Running'),
  limit: z.int().min(1).max(5000).default(100),
  continue: z.string().optional().describe('Token from the previous page'),
  output: z.enum(['table', 'wide', 'name', 'yaml']).default('table'),
  where: z
    .string()
    .optional()
    .describe('e.g. .status.containerStatuses[*].restartCount>5, .metadata.creationTimestamp>1d (older)'),
  sortBy: z.string().optional().describe('JSONPath, name or age; - in front: descending'),
  columns: z.array(z.string()).optional().describe('JSONPaths, e.g. IMAGE:.spec.containers[*].image'),
  groupBy: z
    .array(z.string())
    .optional()
    .describe('Count by JSONPaths instead, e.g. .status.conditions[?(@.type=="Ready")].status'),
};

/** A list of one kind, in at most `length` characters. */
type Input = z.infer<z.ZodObject<typeof input>> & { length: number };

export const listResources = defineTool({
  name: 'list_resources',
  title: 'List Resources',
  description:
    'List objects of a kind as a table, in all namespaces unless one is given. Prefer selectors and columns to fetching objects one by one.',
  access: 'read',
  switch: 'list',
  input,
  async run({ kind, ...input }, call) {
    const kinds = kind.split(',').map((one) => one.trim());
    if (kinds.includes('')) throw new UserError(`kind: "${kind}" names nothing before or after a comma.`);
    if (kinds.length > MAX_KINDS)
      throw new UserError(`One call lists ${MAX_KINDS} kinds at most, not ${kinds.length}.`);
    if (input.continue && kinds.length > 1)
      throw new UserError('A continue token belongs to one kind: give that kind only.');
    const length = Math.floor(MAX_CHARACTERS / kinds.length);
    const lists = await Promise.all(kinds.map((one) => listKind({ ...input, kind: one, length }, call)));
    const filled = lists.filter(({ empty }) => !empty);
    const text = joined(filled);
    if (filled.length === 0) return { text: joined(lists), isRedacted: true };
    if (filled.length === lists.length) return { text, isRedacted: true };
    // Kinds without objects share one line, unless they were looked for elsewhere.
    const none = Map.groupBy(
      lists.flatMap(({ empty }) => empty ?? []),
      ({ where }) => where,
    );
    const lines = [...none].map(([where, all]) => `No ${all.map(({ name }) => name).join(', ')}${where}.`);
    return { text: `${text}\n\n${lines.join('\n')}`, isRedacted: true };
  },
});

/** The result for one kind. */
interface Listed {
  text: string;
  /** For a kind without objects: its name, and where it was looked for. */
  empty?: { name: string; where: string };
  hints?: MistypedPath[];
}

// A path that exists in one of the kinds is not a mistake, even if the others lack it.
function joined(lists: readonly Listed[]): string {
  const [first, ...others] = lists.map(({ hints = [] }) => hints);
  const everywhere = (first ?? []).filter(({ path }) =>
    others.every((hints) => hints.some((one) => one.path === path)),
  );
  const notes = everywhere.map(({ text }) => `\n${text}`).join('');
  return lists.map(({ text }) => text).join('\n\n') + notes;
}

async function listKind(input: Input, call: ToolContext): Promise<Listed> {
  const resource = await call.connection.discovery.resolve(input.kind, input.apiVersion);
  if (resourceNameOf(resource) !== 'namespaces') return listResource(input, resource, call);
  return listNamespaces(async (kind) => {
    const listed = await listResource(input, { ...resource, ...kind }, call);
    if (kind.group === '') return listed;
    return {
      ...listed,
      text: `Namespaces may not be listed; these are the user's OpenShift Projects.\n${listed.text}`,
    };
  });
}

async function listResource(
  input: Input,
  resource: ApiResource,
  { connection, signal, progress }: ToolContext,
): Promise<Listed> {
  const { client } = connection;
  if (!resource.verbs.includes('list')) {
    throw new UserError(`${resourceNameOf(resource)} cannot be listed; it only serves: ${resource.verbs.join(', ')}.`);
  }
  const namespaces = resource.namespaced ? namesIn(input.namespace) : [];
  const asked: Query = {
    client,
    resource,
    namespace: namespaces.length === 1 ? namespaces[0] : undefined,
    namespaces: namespaces.length > 1 ? namespaces : [],
    selectors: { labelSelector: input.labelSelector, fieldSelector: input.fieldSelector },
    output: input.output,
    columns: input.columns ?? [],
    selection: parseSelection(input.where, input.sortBy),
    length: input.length,
    signal,
  };
  const { groupBy, columns, limit } = input;
  if (groupBy?.length) {
    if (asked.selection || asked.namespaces.length > 0)
      throw new UserError('groupBy counts in one namespace or all, and takes selectors: no where, no sortBy.');
    if (columns?.length) throw new UserError('Give columns for a list or groupBy for counts, not both.');
    const {
      result: count,
      notes,
      namespace,
    } = await acrossNamespaces(connection, resource, asked.namespace, (within) =>
      countAll(
        client,
        resource,
        { path: pathOf(resource, within), query: { ...asked.selectors, continue: input.continue }, signal },
        groupBy,
        progress,
      ),
    );
    const query = { ...asked, namespace };
    if (count.read === 0) return nothing(query, notes);
    const hints = await mistypedPaths(client, resource, count.emptyPaths(), signal);
    const groups = renderGroups(count, resource, placeText(resource, query.namespace), limit);
    return { text: [...notes, groups].join('\n'), hints };
  }
  const fetch = (within: string | undefined) => fetchPage({ ...asked, namespace: within }, limit, input.continue);
  const { result, notes, namespace } =
    asked.namespaces.length > 0
      ? { result: await fetch(undefined), notes: [], namespace: undefined }
      : await acrossNamespaces(connection, resource, asked.namespace, fetch);
  const query = { ...asked, namespace };
  let page = result;
  if (page.entries.length + page.folded === 0) {
    // With a selector the API server cannot know that the previous page was the last.
    if (input.continue) return { text: [...notes, 'The list has ended: there is nothing more.'].join('\n') };
    return nothing(query, notes);
  }
  const fitting = countFitting(page, input.length);
  // An overlong page is fetched again with fewer objects: only the API server can make a continue token for that point.
  if (fitting < page.entries.length) {
    const fewer = Math.max(fitting, 1);
    page = page.cut?.(fewer) ?? (await fetchPage(query, fewer, input.continue));
  }
  const hints = await mistypedPaths(client, resource, page.emptyPaths, signal);
  return { text: [...notes, ...renderPage(query, page, input.continue !== undefined)].join('\n'), hints };
}

/** A page of at most `limit` objects. Some aggregated APIs ignore it; their list is cut here, with our own token. */
async function fetchPage(query: Query, limit: number, token: string | undefined): Promise<Page> {
  const start = Number(OWN_TOKEN.exec(token ?? '')?.[1] ?? 0);
  const page = start > 0 ? await readPage(query, undefined, undefined) : await readPage(query, limit, token);
  return start > 0 || page.entries.length > limit ? cutPage(page, start, limit) : page;
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
  asTable = query.columns.length === 0 && (query.output === 'table' || query.output === 'wide'),
): Promise<Page> {
  const { client, resource, namespace, namespaces, selectors, selection, output, signal } = query;
  const showNamespace = resource.namespaced && namespace === undefined;
  const includeObject = selection ? 'Object' : rowObject(resource, showNamespace);
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
  const answer = selection ? await readSelected(selection, type, read) : await read({ limit, continue: token });
  const rest = { continue: answer.metadata?.continue || undefined, remaining: answer.metadata?.remainingItemCount };
  // Rows without columns are meaningless.
  if ('rows' in answer && answer.rows.length > 0 && answer.columnDefinitions.length === 0)
    return readPage(query, limit, token, false);
  if ('rows' in answer) {
    const { header, rows } = await textTable(answer, { wide: output === 'wide', namespaces: showNamespace });
    const own = isFolded(query) ? rows.filter(([name]) => !name?.startsWith('system:')) : rows;
    // Cells may hold messages, which anyone may have written.
    const entries = renderRows(own).map(redactText);
    return { header: header.join('\t'), entries, ...rest, emptyPaths: [], folded: rows.length - own.length };
  }
  // List items carry no kind, which redaction needs.
  const items = (answer.items ?? []).map((item) => ({ apiVersion: answer.apiVersion, kind: resource.kind, ...item }));
  return { emptyPaths: [], folded: 0, ...(await renderItems(query, items, showNamespace)), ...rest };
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
    columns.length > 0 ? parseColumns(columns) : [{ header: 'CREATED', path: '.metadata.creationTimestamp' }];
  const header = [...(namespaces ? ['NAMESPACE'] : []), 'NAME', ...parsed.map((column) => column.header)];
  const found = new Set<string>();
  const budget = new PathBudget();
  const rows = await mapUnhurried(items, (item) => {
    const shown = forQuery(item, columns);
    const cells = parsed.map(({ path }) => {
      const values = queryPath(shown, path, budget);
      if (values.length > 0) found.add(path);
      return cellOf(values);
    });
    return [...place(item), ...cells];
  });
  const emptyPaths = parsed.map(({ path }) => path).filter((path) => !found.has(path));
  return { header: header.join('\t'), entries: renderRows(rows), emptyPaths };
}

function countFitting({ header, entries }: Page, length: number): number {
  let size = header?.length ?? 0;
  let count = 0;
  for (const entry of entries) {
    size += entry.length + 1;
    if (size > length) break;
    count += 1;
  }
  return count;
}

function renderPage(query: Query, page: Page, continued: boolean): string[] {
  const { header, entries, folded } = page;
  const total = page.remaining === undefined || continued ? '' : ` of ${entries.length + folded + page.remaining}`;
  const left = page.remaining === undefined ? 'More' : `${page.remaining} more`;
  const summary = `${entries.length}${total} ${resourceNameOf(query.resource)}${placesText(query)}${folded > 0 ? `, ${folded} of Kubernetes itself (system:…) left out: labelSelector=kubernetes.io/bootstrapping lists them` : ''}`;
  const body = bounded(
    [...(header ? [header] : []), ...entries].join('\n'),
    'Use get_resource with fields for this object.',
    query.length,
  );
  return [summary, body, ...(page.continue ? [`${left}: call again with continue="${page.continue}"`] : [])];
}

/** @throws UserError when the reason is that the namespace does not exist. */
async function nothing(query: Query, notes: readonly string[]): Promise<Listed> {
  const { client, resource, namespace, namespaces, selectors, selection, signal } = query;
  for (const place of namespace ? [namespace] : namespaces) {
    const missing = await missingNamespaceText(client, place, signal);
    if (missing) throw new UserError(missing);
  }
  const given = Object.entries({ ...selectors, where: selection?.condition && selection.texts[0] }).filter(
    ([, value]) => value,
  );
  const filter = given.map(([name, value]) => `${name} ${value}`).join(' and ');
  const name = resourceNameOf(resource);
  const where = `${placesText(query)}${filter ? ` match ${filter}` : ''}`;
  return { text: [...notes, `No ${name}${where}.`].join('\n'), empty: { name, where } };
}

function placesText({ resource, namespace, namespaces }: Query): string {
  return namespaces.length > 0 ? ` in namespaces ${namespaces.join(', ')}` : placeText(resource, namespace);
}

function namesIn(text: string | undefined): string[] {
  const names = (text ?? '').split(',').map((name) => name.trim());
  return [...new Set(names)].filter((name) => name !== '');
}
