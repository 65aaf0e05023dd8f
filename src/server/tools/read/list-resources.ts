import * as z from 'zod';
import { type ApiResource, pathOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { listNamespaces } from '../../../kubernetes/client/namespaces.ts';
import { missingNamespaceTexts } from '../../../kubernetes/client/not-found.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { bounded, MAX_CHARACTERS } from '../../core/response.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { type InContext, inEachContext, unreachedText } from '../parts/across-contexts.ts';
import { acrossNamespaces, placeText } from '../parts/across-namespaces.ts';
import { listAllKinds } from '../parts/all-kinds.ts';
import { contextTables } from '../parts/context-tables.ts';
import { countAll, renderGroups } from '../parts/group-by.ts';
import { fieldsOf, knownSchema, type MistypedPath, mistypedIn, mistypedPaths } from '../parts/mistyped-path.ts';
import {
  fetchFitting,
  type Page,
  type PageText,
  pageText,
  placesText,
  type Query,
  rowsText,
} from '../parts/resource-page.ts';
import { parseSelection } from '../parts/selection.ts';
import { splitHeaders } from '../parts/table-cells.ts';

/** Per call. */
const MAX_KINDS = 25;
/** What stands around the rows of one of several lists, and the least that its rows get, in characters. */
const AROUND = 250;
const MIN_LENGTH = 100;
/** Stands for every kind. */
const ALL = 'all';

const input = {
  kind: parameters.kind.describe(
    `deploy, deployments.apps; up to ${MAX_KINDS}: deploy,svc; all: names of every kind, by namespace or label`,
  ),
  apiVersion: parameters.apiVersion,
  namespace: parameters.namespace.describe('One or more: a,b'),
  labelSelector: z.string().optional(),
  fieldSelector: z.string().optional().describe('e.g. status.phase=Running'),
  limit: z.int().min(1).max(5000).default(100),
  continue: z.string().optional(),
  output: z.enum(['table', 'wide', 'name', 'yaml']).default('table'),
  where: z
    .string()
    .optional()
    .describe('e.g. .status.containerStatuses[*].restartCount>5, .metadata.creationTimestamp>1d (older)'),
  sortBy: z.string().optional().describe('JSONPath, name, age or a header of the table; -: descending'),
  columns: z.array(z.string()).optional().describe('JSONPaths, e.g. IMAGE:.spec.containers[*].image'),
  groupBy: z
    .array(z.string())
    .optional()
    .describe('Count by JSONPaths instead, e.g. .status.conditions[?(@.type=="Ready")].status'),
};

type Asked = Omit<z.infer<z.ZodObject<typeof input>>, 'kind'>;

/** A list of one kind, in at most `length` characters. */
interface Input extends Asked {
  kind: string;
  length: number;
  /** See `Query`. */
  context?: string | undefined;
  showsNamespace: boolean;
}

export const listResources = defineTool({
  name: 'list_resources',
  title: 'List Resources',
  description:
    'List objects of a kind as a table, in all namespaces by default. Prefer selectors and columns to fetching objects one by one.',
  access: 'read',
  switch: 'list',
  input,
  async run({ kind, ...asked }, call) {
    const kinds = kindsIn(kind, asked);
    if (kinds.includes(ALL)) return { text: await allKinds(asked, call, MAX_CHARACTERS) };
    const length = lengthOf(kinds.length, AROUND);
    const lists = await Promise.all(
      kinds.map((one) => listKind({ ...asked, kind: one, length, showsNamespace: false }, call)),
    );
    return { text: textOf(lists), isRedacted: true };
  },
  async runInContexts({ kind, ...asked }, names, connect) {
    const kinds = kindsIn(kind, asked);
    if (asked.continue) throw new UserError('A continue token belongs to one context: give that context only.');
    const longest = Math.max(...names.map((name) => oneLine(name).length));
    const length = lengthOf(kinds.length * names.length, AROUND + longest);
    if (kinds.includes(ALL))
      return { text: blocks(await inEachContext(names, connect, (call) => allKinds(asked, call, length)), String) };
    const showsNamespace = !asked.namespace;
    const answers = await inEachContext(names, connect, (call, context) =>
      Promise.all(kinds.map((one) => listKind({ ...asked, kind: one, length, context, showsNamespace }, call))),
    );
    if (asked.groupBy?.length) return { text: blocks(answers, textOf), isRedacted: true };
    const { reached } = answers;
    const tables = kinds.map((_, index) =>
      contextTables(
        reached.flatMap(({ context, value }) => {
          const listed = value[index];
          return listed ? { context, ...listed } : [];
        }),
        length,
      ),
    );
    return { text: inContexts(answers, tables), isRedacted: true };
  },
});

/** @throws UserError for a list of kinds that one call cannot give. */
function kindsIn(kind: string, asked: Asked): string[] {
  const kinds = kind.split(',').map((one) => one.trim());
  if (kinds.includes('')) throw new UserError(`kind: "${kind}" names nothing before or after a comma.`);
  if (kinds.length > MAX_KINDS) throw new UserError(`One call lists ${MAX_KINDS} kinds at most, not ${kinds.length}.`);
  if (asked.continue && kinds.length > 1)
    throw new UserError('A continue token belongs to one kind: give that kind only.');
  return kinds.length === 1 && kind.trim().toLowerCase() === ALL ? [ALL] : kinds;
}

function allKinds(asked: Asked, call: ToolContext, length: number): Promise<string> {
  const { namespace, labelSelector, fieldSelector, where, sortBy, columns, groupBy, output } = asked;
  const other = { fieldSelector, where, sortBy, columns, groupBy, continue: asked.continue };
  const given = Object.entries(other).flatMap(([name, value]) => (value?.length ? name : []));
  if (given.length > 0 || output === 'yaml' || output === 'wide')
    throw new UserError(
      `kind=all lists names: it takes namespace and labelSelector, not ${[...given, ...(output === 'table' ? [] : ['output'])].join(', ')}. Give a kind for the rest.`,
    );
  return listAllKinds({ namespaces: namesIn(namespace), labelSelector }, call, length);
}

/** The room for the rows of each of several lists, of which each has more `around` them. */
function lengthOf(lists: number, around: number): number {
  return lists === 1 ? MAX_CHARACTERS : Math.max(Math.floor(MAX_CHARACTERS / lists) - around, MIN_LENGTH);
}

/** A text per context. */
function blocks<T>(answers: InContext<T>, toText: (value: T) => string): string {
  const texts = answers.reached.map(({ context, value }) => `Context ${oneLine(context)}:\n${toText(value)}`);
  return inContexts(answers, texts);
}

// What was not read comes first: a cut, which takes the end, must not hide it.
function inContexts(answers: InContext<unknown>, texts: readonly string[]): string {
  return bounded([...unreachedText(answers), ...texts].join('\n\n'), 'Give fewer contexts or kinds.');
}

/** The result for one kind. */
interface Listed {
  /** How its place was chosen. */
  notes: string[];
  /** Its objects, or all there is to say. */
  page: PageText | string;
  length: number;
  /** For a kind without objects: its name, and where it was looked for. */
  empty?: { name: string; where: string };
  hints?: MistypedPath[];
}

function textOf(lists: readonly Listed[]): string {
  const filled = lists.filter(({ empty }) => !empty);
  if (filled.length === 0) return joined(lists);
  if (filled.length === lists.length) return joined(filled);
  // Kinds without objects share one line, unless they were looked for elsewhere.
  const none = Map.groupBy(
    lists.flatMap(({ empty }) => empty ?? []),
    ({ where }) => where,
  );
  const lines = [...none].map(([where, all]) => `No ${all.map(({ name }) => name).join(', ')}${where}.`);
  return `${joined(filled)}\n\n${lines.join('\n')}`;
}

// A path that exists in one of the kinds is not a mistake, even if the others lack it.
function joined(lists: readonly Listed[]): string {
  const [first, ...others] = lists.map(({ hints = [] }) => hints);
  const everywhere = (first ?? []).filter(({ path }) =>
    others.every((hints) => hints.some((one) => one.path === path)),
  );
  const notes = everywhere.map(({ text }) => `\n${text}`).join('');
  return lists.map(listedText).join('\n\n') + notes;
}

function listedText({ notes, page, length }: Listed): string {
  if (typeof page === 'string') return [...notes, page].join('\n');
  const { summary, rest } = page;
  const more = rest ? [`${rest.text}: call again with continue="${rest.token}"`] : [];
  return [...notes, summary, rowsText(page, length), ...more].join('\n');
}

async function listKind(input: Input, call: ToolContext): Promise<Listed> {
  const resource = await call.connection.discovery.resolve(input.kind, input.apiVersion);
  if (resourceNameOf(resource) !== 'namespaces') return listResource(input, resource, call);
  return listNamespaces(async (kind) => {
    const listed = await listResource(input, { ...resource, ...kind }, call);
    if (kind.group === '') return listed;
    return {
      ...listed,
      notes: ["Namespaces may not be listed; these are the user's OpenShift Projects.", ...listed.notes],
    };
  });
}

async function listResource(
  input: Input,
  resource: ApiResource,
  { connection, signal, progress }: ToolContext,
): Promise<Listed> {
  const { client } = connection;
  const { groupBy, columns, limit, length, context, showsNamespace } = input;
  if (!resource.verbs.includes('list')) {
    throw new UserError(`${resourceNameOf(resource)} cannot be listed; it only serves: ${resource.verbs.join(', ')}.`);
  }
  const namespaces = resource.namespaced ? namesIn(input.namespace) : [];
  const asked: Query = {
    client,
    resource,
    namespace: namespaces.length === 1 ? namespaces[0] : undefined,
    namespaces: namespaces.length > 1 ? namespaces : [],
    context,
    showsNamespace,
    selectors: { labelSelector: input.labelSelector, fieldSelector: input.fieldSelector },
    output: input.output,
    columns: splitHeaders(columns ?? []),
    selection: parseSelection(input.where, input.sortBy),
    signal,
  };
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
    if (count.read === 0) return { ...(await nothing(query, undefined)), notes, length };
    const hints = await mistypedPaths(client, resource, count.emptyPaths(), signal);
    const page = renderGroups(count, resource, placeText(resource, query.namespace), limit, length);
    return { notes, page, hints, length };
  }
  const fetch = (within: string | undefined) =>
    fetchFitting({ ...asked, namespace: within }, limit, input.continue, length);
  const {
    result: page,
    notes,
    namespace,
  } = asked.namespaces.length > 0
    ? { result: await fetch(undefined), notes: [], namespace: undefined }
    : await acrossNamespaces(connection, resource, asked.namespace, fetch);
  const query = { ...asked, namespace };
  if (page.entries.length + page.folded === 0) {
    // With a selector the API server cannot know that the previous page was the last.
    if (input.continue) return { notes, page: 'The list has ended: there is nothing more.', length };
    return { ...(await nothing(query, page)), notes: [...notes, ...(page.selected?.notes ?? [])], length };
  }
  const [hints, missing] = await Promise.all([
    hintsOf(query, page),
    input.continue ? [] : missingNamespaceTexts(client, asked.namespaces, signal),
  ]);
  // What is mistyped needs no second word.
  const told = hints.length > 0 ? [] : (page.selected?.notes ?? []);
  return {
    notes: [...notes, ...missing, ...told],
    page: pageText(query, page, input.continue !== undefined),
    hints,
    length,
  };
}

/** The paths of columns and of the selection that found nothing because there is no such field. */
async function hintsOf({ client, resource, signal }: Query, page: Page): Promise<MistypedPath[]> {
  const { unfound = [], headers = [] } = page.selected ?? {};
  const empty = fieldsOf(page.emptyPaths);
  const schema = empty.length + unfound.length > 0 ? await knownSchema(client, resource, signal) : undefined;
  if (!schema) return [];
  const [ofColumns, ofSelection] = [mistypedIn(schema, empty), mistypedIn(schema, unfound)];
  const columns = headers.length > 0 ? ` Columns to sort by: ${headers.join(', ')}.` : '';
  return [...ofColumns, ...ofSelection.map(({ path, text }) => ({ path, text: `${text}${columns}` }))];
}

/** @throws UserError when the reason is that the namespace does not exist. */
async function nothing(query: Query, page: Page | undefined): Promise<Pick<Listed, 'page' | 'empty' | 'hints'>> {
  const { client, resource, namespace, namespaces, selectors, selection, signal } = query;
  const missing = await missingNamespaceTexts(client, namespace ? [namespace] : namespaces, signal);
  if (missing.length > 0) throw new UserError(missing.join(' '));
  const given = Object.entries({ ...selectors, where: selection?.condition && selection.texts[0] }).filter(
    ([, value]) => value,
  );
  const filter = given.map(([name, value]) => `${name} ${value}`).join(' and ');
  const name = resourceNameOf(resource);
  const where = `${placesText(query)}${filter ? ` match ${filter}` : ''}`;
  const hints = page ? await hintsOf(query, page) : [];
  return { page: `No ${name}${where}.`, empty: { name, where }, hints };
}

function namesIn(text: string | undefined): string[] {
  const names = (text ?? '').split(',').map((name) => name.trim());
  return [...new Set(names)].filter((name) => name !== '');
}
