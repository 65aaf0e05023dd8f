import * as z from 'zod';
import { type ApiResource, pathOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesList, KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { mapUnhurried } from '../../../kubernetes/apimachinery/unhurried.ts';
import type { ApiClient } from '../../../kubernetes/client/client.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { missingNamespaceText } from '../../../kubernetes/client/not-found.ts';
import { PathBudget, parseColumns, queryPath } from '../../../kubernetes/text/json-path.ts';
import { redact } from '../../../kubernetes/text/redact.ts';
import {
  cellOf,
  cellText,
  renderRows,
  type ServerTable,
  TABLE_TYPE,
  textTable,
} from '../../../kubernetes/text/table.ts';
import { bounded, MAX_CHARACTERS, renderObject } from '../../core/response.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { acrossNamespaces, placeText, type Scoped } from '../parts/across-namespaces.ts';
import { countAll, renderGroups } from '../parts/group-by.ts';

/** Of one call. */
const MOST_KINDS = 10;

type Output = 'table' | 'wide' | 'name' | 'yaml';

interface Query {
  client: ApiClient;
  resource: ApiResource;
  /** Undefined: all namespaces, or a cluster-scoped kind. */
  namespace: string | undefined;
  selectors: { labelSelector: string | undefined; fieldSelector: string | undefined };
  output: Output;
  columns: readonly string[];
  /** The most characters that it may become. */
  length: number;
  signal: AbortSignal;
}

/** One page: its header, if it has one, a text for every object, and where it goes on. */
interface Page {
  header: string | undefined;
  entries: string[];
  continue: string | undefined;
  remaining: number | undefined;
}

const input = {
  kind: parameters.kind.describe('As in kubectl: Deployment, deploy, deployments.apps; several: deploy,svc,cm'),
  apiVersion: parameters.apiVersion,
  namespace: parameters.namespace,
  labelSelector: z.string().optional().describe('e.g. app=web,tier!=cache'),
  fieldSelector: z.string().optional().describe('e.g. status.phase=Running'),
  limit: z.int().min(1).max(5000).default(100),
  continue: z.string().optional().describe('Token from the previous page'),
  output: z.enum(['table', 'wide', 'name', 'yaml']).default('table'),
  columns: z
    .array(z.string())
    .optional()
    .describe('JSONPaths instead of the usual columns, e.g. IMAGE:.spec.containers[*].image'),
  groupBy: z
    .array(z.string())
    .optional()
    .describe(
      'Count all objects by JSONPaths instead, e.g. .spec.nodeName, .status.conditions[?(@.type=="Ready")].status',
    ),
};

/** A list of one kind, in at most so many characters. */
type Input = z.infer<z.ZodObject<typeof input>> & { length: number };

export const listResources = defineTool({
  name: 'list_resources',
  title: 'List Resources',
  description:
    'List objects of a kind as a table, in all namespaces unless one is given. Prefer selectors and columns to fetching objects one by one.',
  access: 'read',
  input,
  async run({ kind, ...input }, call) {
    const kinds = kind.split(',').map((one) => one.trim());
    if (kinds.includes('')) throw new UserError(`kind: "${kind}" names nothing before or after a comma.`);
    if (kinds.length > MOST_KINDS) throw new UserError(`One call lists ${MOST_KINDS} kinds at most.`);
    if (input.continue && kinds.length > 1)
      throw new UserError('A continue token belongs to one kind: give that kind only.');
    const length = Math.floor(MAX_CHARACTERS / kinds.length);
    const lists = await Promise.all(kinds.map((one) => listKind({ ...input, kind: one, length }, call)));
    return { text: lists.join('\n\n') };
  },
});

async function listKind(input: Input, { connection, signal, progress }: ToolContext): Promise<string> {
  const { client, discovery } = connection;
  const resource = await discovery.resolve(input.kind, input.apiVersion);
  if (!resource.verbs.includes('list')) {
    throw new UserError(`${resourceNameOf(resource)} cannot be listed; it only serves: ${resource.verbs.join(', ')}.`);
  }
  const query: Query = {
    client,
    resource,
    namespace: (resource.namespaced && input.namespace) || undefined,
    selectors: { labelSelector: input.labelSelector, fieldSelector: input.fieldSelector },
    output: input.output,
    columns: input.columns ?? [],
    length: input.length,
    signal,
  };
  const { groupBy, columns, limit } = input;
  if (groupBy?.length) {
    if (columns?.length) throw new UserError('Give columns for a list or groupBy for counts, not both.');
    const { result: count, notes } = await everywhere(connection, query, () =>
      countAll(
        client,
        resource,
        { path: pathOf(resource, query.namespace), query: { ...query.selectors, continue: input.continue }, signal },
        groupBy,
        progress,
      ),
    );
    if (count.read === 0) return [...notes, await emptyText(query)].join('\n');
    return [...notes, renderGroups(count, resource, placeText(resource, query.namespace), limit)].join('\n');
  }
  const { result, notes } = await everywhere(connection, query, () => fetchPage(query, limit, input.continue));
  let page = result;
  if (page.entries.length === 0) {
    // With a selector the API server cannot know that the page before was the last.
    const end = input.continue ? 'The list has ended: there is nothing more.' : await emptyText(query);
    return [...notes, end].join('\n');
  }
  const fitting = countFitting(page, input.length);
  // A page that is too long is fetched again so far as it fits: only the server can make a token for that place.
  if (fitting < page.entries.length) page = await fetchPage(query, Math.max(fitting, 1), input.continue);
  return [...notes, ...renderPage(query, page, input.continue !== undefined)].join('\n');
}

/** Runs the query; its namespace becomes the one that was listed. */
function everywhere<T>(connection: Connection, query: Query, run: () => Promise<T>): Promise<Scoped<T>> {
  return acrossNamespaces(connection, query.resource, query.namespace, (namespace) => {
    query.namespace = namespace;
    return run();
  });
}

async function fetchPage(query: Query, limit: number, token: string | undefined): Promise<Page> {
  const { client, resource, namespace, selectors, output, columns, signal } = query;
  const asTable = columns.length === 0 && (output === 'table' || output === 'wide');
  const showNamespace = resource.namespaced && namespace === undefined;
  const answer = await client.json<ServerTable | KubernetesList>({
    path: pathOf(resource, namespace),
    query: {
      limit,
      continue: token,
      ...selectors,
      ...(asTable ? { includeObject: showNamespace ? 'Metadata' : 'None' } : {}),
    },
    ...(asTable ? { accept: TABLE_TYPE } : {}),
    signal,
    timeout: 60_000,
  });
  const rest = { continue: answer.metadata?.continue || undefined, remaining: answer.metadata?.remainingItemCount };
  if ('rows' in answer) {
    const { header, rows } = await textTable(answer, { wide: output === 'wide', namespaces: showNamespace });
    return { header: header.join('\t'), entries: renderRows(rows), ...rest };
  }
  // Items of a list do not say what they are, and redaction must know.
  const items = (answer.items ?? []).map((item) => ({ apiVersion: answer.apiVersion, kind: resource.kind, ...item }));
  return { ...(await renderItems(query, items, showNamespace)), ...rest };
}

async function renderItems(
  { output, columns }: Query,
  items: KubernetesObject[],
  namespaces: boolean,
): Promise<Pick<Page, 'header' | 'entries'>> {
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
  const budget = new PathBudget();
  const rows = await mapUnhurried(items, (item) => {
    const shown = redact(item);
    return [...place(item), ...parsed.map(({ path }) => cellOf(queryPath(shown, path, budget)))];
  });
  return { header: header.join('\t'), entries: renderRows(rows) };
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
  const { header, entries } = page;
  const total = page.remaining === undefined || continued ? '' : ` of ${entries.length + page.remaining}`;
  const left = page.remaining === undefined ? 'More' : `${page.remaining} more`;
  const summary = `${entries.length}${total} ${resourceNameOf(query.resource)}${placeText(query.resource, query.namespace)}`;
  const body = bounded(
    [...(header ? [header] : []), ...entries].join('\n'),
    'Use get_resource with fields for this object.',
    query.length,
  );
  return [summary, body, ...(page.continue ? [`${left}: call again with continue="${page.continue}"`] : [])];
}

async function emptyText(query: Query): Promise<string> {
  const { client, resource, namespace, selectors, signal } = query;
  const missing = namespace ? await missingNamespaceText(client, namespace, signal) : undefined;
  if (missing) return missing;
  const given = Object.entries(selectors).filter(([, value]) => value);
  const filter = given.map(([name, value]) => `${name} ${value}`).join(' and ');
  return `No ${resourceNameOf(resource)}${placeText(query.resource, query.namespace)}${filter ? ` match ${filter}` : ''}.`;
}
